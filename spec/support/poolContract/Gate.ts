import { defer, Subject } from 'rxjs';

/** The gate of a job, opened by hand. */
export class Gate {
  /** How often it has been subscribed to. */
  asked = 0;
  /** Resolves when it has been. */
  readonly reached: Promise<void>;
  private readonly opening$ = new Subject<void>();
  private reach = (): void => undefined;

  constructor() {
    this.reached = new Promise((resolve) => {
      this.reach = resolve;
    });
  }

  readonly gate$ = defer(() => {
    this.asked += 1;
    this.reach();
    return this.opening$;
  });

  get observed(): boolean {
    return this.opening$.observed;
  }

  open(): void {
    this.opening$.next();
  }
}
