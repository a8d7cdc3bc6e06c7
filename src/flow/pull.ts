import { BehaviorSubject, Subscription, type Observable } from 'rxjs';
import { Fifo } from '../util/collections/Fifo.ts';
import { captureContext, type RunInContext } from '../platform/context/asyncContext.ts';
import type { Delivery } from './Delivery.ts';
import type { Indexed } from './Indexed.ts';

type Result<Out> = IteratorResult<Indexed<Out>, undefined>;

interface Waiter<Out> {
  readonly resolve: (result: Result<Out>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The deliveries of a run as an async iterator. The run starts with the first `next`, and waits for results that the
 * consumer has not taken. It stays in the async context of the first `next`, wherever later calls come from. Unlike an
 * async generator, the iterator can be closed while a `next` is pending, which then ends at once.
 *
 * @param open$ - Makes the run, given an Observable that tells whether the consumer wants more.
 */
export function pull<Out>(
  open$: (wanted$: Observable<boolean>) => Observable<Delivery<Out>>,
): AsyncIterableIterator<Indexed<Out>, undefined> & AsyncDisposable {
  const wanted$ = new BehaviorSubject(true);
  const ready = new Fifo<Delivery<Out>>();
  const waiters = new Fifo<Waiter<Out>>();
  let at = 0;
  let run: Subscription | undefined;
  let runInContext: RunInContext = (call) => call();
  let failure: { readonly error: unknown } | undefined;

  const end = (): void => {
    run?.unsubscribe();
    run = Subscription.EMPTY;
    ready.clear();
    failure = undefined;
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
    runInContext = captureContext();
    subscription.add(
      open$(wanted$).subscribe({
        next: (delivery) => {
          ready.push(delivery);
          if (delivery.failure === undefined) settle();
          else fail(delivery.failure);
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
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- any value that the consumer throws is passed on.
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

  /** Passes the available results to the waiting calls, and emits whether more are wanted. */
  function settle(): void {
    handOut();
    while (waiters.length > 0 && ready.length === 0 && run?.closed === true) {
      const [waiter] = waiters.take(1);
      if (failure === undefined) waiter?.resolve({ done: true, value: undefined });
      else waiter?.reject(failure.error);
      failure = undefined;
    }
    const wanted = ready.length === 0;
    if (wanted !== wanted$.value)
      runInContext(() => {
        wanted$.next(wanted);
      });
  }

  function handOut(): void {
    for (let delivery = ready.first; delivery !== undefined; delivery = ready.first) {
      const { first, indices, values } = delivery;
      if (at < values.length) {
        const [waiter] = waiters.take(1);
        if (waiter === undefined) return;
        waiter.resolve({ done: false, value: [indices?.[at] ?? first + at, values[at] as Out] });
        at += 1;
      }
      if (at < values.length) continue;
      at = 0;
      ready.drop();
      // This may deliver more results at once, and call this method again.
      runInContext(() => {
        delivery.done();
      });
    }
  }
}
