import type { MonoTypeOperatorFunction } from 'rxjs';
import { runInRootContext } from '../../platform/context/asyncContext.ts';
import { inContext } from './inContext.ts';

/**
 * Lets the source work outside of the async context of the subscription, in the root context, since its work may outlive the
 * subscriber. Its values are emitted in the context of the subscription.
 */
export function outOfContext<T>(): MonoTypeOperatorFunction<T> {
  return inContext<T>(undefined, runInRootContext);
}
