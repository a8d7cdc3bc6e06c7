import { Observable, type MonoTypeOperatorFunction } from 'rxjs';
import { captureContext, type RunInContext } from '../../platform/context/asyncContext.ts';
import { ContextSubscriber } from './ContextSubscriber.ts';

/**
 * Lets all that happens at this place of a pipeline happen in one async context: it subscribes there, emits there whatever
 * the context its source emits in, and unsubscribes there.
 *
 * @param run - Enters the context; without it, that of the subscription.
 * @param runSource - Enters the context in which the source is subscribed to and unsubscribed from, if that is another one.
 */
export function inContext<T>(run?: RunInContext, runSource?: RunInContext): MonoTypeOperatorFunction<T> {
  return (source$) =>
    new Observable((subscriber) => {
      if (subscriber.closed) return undefined;
      const enter = run ?? captureContext();
      const enterSource = runSource ?? enter;
      return enterSource(() => source$.subscribe(new ContextSubscriber(subscriber, enter, enterSource)));
    });
}
