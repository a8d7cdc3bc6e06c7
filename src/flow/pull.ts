import { BehaviorSubject, Subscription, type Observable } from 'rxjs';
import type { Delivery } from './Delivery.ts';
import type { Indexed } from './Indexed.ts';

type Result<Out> = IteratorResult<Indexed<Out>, undefined>;

interface Waiter<Out> {
  readonly resolve: (result: Result<Out>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The deliveries of a run as an async iterator: it starts with the first `next`, and what the consumer has not asked for
 * holds the run back. Unlike an async generator, it can be left while a `next` is pending, which then ends at once.
 *
 * @param open$ - Makes the run, given whether more is wanted.
 */
export function pull<Out>(
  open$: (wanted$: Observable<boolean>) => Observable<Delivery<Out>>,
): AsyncIterableIterator<Indexed<Out>, undefined> & AsyncDisposable {
  const wanted$ = new BehaviorSubject(true);
  const ready: Delivery<Out>[] = [];
  const waiters: Waiter<Out>[] = [];
  let at = 0;
  let run: Subscription | undefined;
  let failure: { readonly error: unknown } | undefined;

  const end = (): void => {
    run?.unsubscribe();
    run = Subscription.EMPTY;
    ready.length = 0;
    settle();
  };
  const fail = (error: unknown): void => {
    run?.unsubscribe();
    run = Subscription.EMPTY;
    failure = { error };
    settle();
  };
  const start = (): Subscription => {
    const subscription = new Subscription();
    run = subscription;
    subscription.add(
      open$(wanted$).subscribe({
        next: (delivery) => {
          if (delivery.failure !== undefined) {
            fail(delivery.failure);
            return;
          }
          ready.push(delivery);
          settle();
        },
        error: fail,
        complete: () => {
          subscription.unsubscribe();
          settle();
        },
      }),
    );
    return subscription;
  };

  return {
    next: () =>
      new Promise<Result<Out>>((resolve, reject) => {
        waiters.push({ resolve, reject });
        if (run === undefined) start();
        settle();
      }),
    return: () => {
      end();
      return Promise.resolve({ done: true, value: undefined });
    },
    throw: (error: unknown) => {
      end();
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever the consumer throws is given back.
      return Promise.reject(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      end();
      await Promise.resolve();
    },
  };

  /** Gives what is there to who waits, and says whether more is wanted. */
  function settle(): void {
    while (waiters.length > 0) {
      const pair = take();
      if (pair !== undefined) waiters.shift()?.resolve({ done: false, value: pair });
      else if (failure !== undefined) {
        waiters.shift()?.reject(failure.error);
        failure = undefined;
      } else if (run?.closed === true) waiters.shift()?.resolve({ done: true, value: undefined });
      else break;
    }
    const wanted = ready.length === 0;
    if (wanted !== wanted$.value) wanted$.next(wanted);
  }

  function take(): Indexed<Out> | undefined {
    for (let delivery = ready[0]; delivery !== undefined; delivery = ready[0]) {
      const { first, indices, values } = delivery;
      const position = at;
      at += 1;
      if (at >= values.length) {
        at = 0;
        ready.shift();
        delivery.done();
      }
      if (position < values.length) return [indices?.[position] ?? first + position, values[position] as Out];
    }
    return undefined;
  }
}
