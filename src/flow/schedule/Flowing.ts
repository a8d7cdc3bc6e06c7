import { Observable, type Subscriber, type TeardownLogic } from 'rxjs';

/** A chunk whose generator waits for its turn. */
interface FlowingWork {
  flowing$(): Observable<boolean>;
}

/** Whether the generator of a job may go on. */
// eslint-disable-next-line rxjs-x/no-subclass -- A function for each chunk, and an Observable that holds it, would cost more.
export class Flowing extends Observable<boolean> {
  private readonly work: FlowingWork;

  constructor(work: FlowingWork) {
    super();
    this.work = work;
  }

  /** What RxJS 7 calls for each subscription. */
  protected _subscribe(subscriber: Subscriber<boolean>): TeardownLogic {
    return this.work.flowing$().subscribe(subscriber);
  }
}
