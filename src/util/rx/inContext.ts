import { Observable, Subscriber, type MonoTypeOperatorFunction } from 'rxjs';
import { captureContext, type RunInContext } from '../../platform/context/asyncContext.ts';

/**
 * Lets all that happens at this place of a pipeline happen in one async context: it subscribes there, emits there whatever
 * the context its source emits in, and unsubscribes there.
 *
 * @param run - Enters the context; without it, that of the subscription.
 */
export function inContext<T>(run?: RunInContext): MonoTypeOperatorFunction<T> {
  return (source$) =>
    new Observable((subscriber) => {
      if (subscriber.closed) return undefined;
      const enter = run ?? captureContext();
      return enter(() => source$.subscribe(new ContextSubscriber(subscriber, enter)));
    });
}

/** Is linked before the source is subscribed to, so that a source which emits at once can be left. */
// eslint-disable-next-line rxjs-x/no-subclass -- No operator runs the finalizers of its source where it says.
class ContextSubscriber<T> extends Subscriber<T> {
  private readonly enter: RunInContext;

  constructor(destination: Subscriber<T>, enter: RunInContext) {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- RxJS 7 has no other way to write an operator.
    super(destination);
    this.enter = enter;
  }

  override unsubscribe(): void {
    if (!this.closed)
      this.enter(() => {
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
