import { Observable, type MonoTypeOperatorFunction } from 'rxjs';
import { captureContext, runInRootContext } from '../../platform/context/asyncContext.ts';
import { ContextSubscriber } from './ContextSubscriber.ts';

/**
 * Lets the source work outside of the async context of the subscription, in the root context, since its work may outlive the
 * subscriber. Its values are emitted in the context of the subscription.
 */
export function outOfContext<T>(): MonoTypeOperatorFunction<T> {
  return (source$) =>
    new Observable((subscriber) => {
      if (subscriber.closed) return undefined;
      const enter = captureContext();
      return runInRootContext(() => source$.subscribe(new ContextSubscriber(subscriber, enter, runInRootContext)));
    });
}
