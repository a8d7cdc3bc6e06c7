import { Subscriber } from 'rxjs';
import type { RunInContext } from '../../platform/context/asyncContext.ts';

/**
 * Emits in one context, and is unsubscribed in another. It is linked before the source is subscribed to, so that a source which
 * emits at once can be left.
 */
// eslint-disable-next-line rxjs-x/no-subclass -- No operator runs the finalizers of its source where it says.
export class ContextSubscriber<T> extends Subscriber<T> {
  private readonly enter: RunInContext;
  private readonly enterSource: RunInContext;

  /** @param enterSource - Enters the context in which the source was subscribed to. */
  constructor(destination: Subscriber<T>, enter: RunInContext, enterSource: RunInContext) {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- RxJS 7 has no other way to write an operator.
    super(destination);
    this.enter = enter;
    this.enterSource = enterSource;
  }

  override unsubscribe(): void {
    if (!this.closed)
      this.enterSource(() => {
        super.unsubscribe();
      });
  }

  protected override _next(value: T): void {
    this.enter(() => {
      super._next(value);
    });
  }

  protected override _error(error: unknown): void {
    this.enter(() => {
      super._error(error);
    });
  }

  protected override _complete(): void {
    this.enter(() => {
      super._complete();
    });
  }
}
