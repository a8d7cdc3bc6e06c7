import type { FromWorker } from '../../wire/web/messages.ts';

/** Says that this worker serves, and holds a lock from then on: a page sees by it that the worker lives, however it ends. */
export function holdLock(locks: LockManager | undefined, send: (message: FromWorker) => void): void {
  const lock = locks === undefined ? undefined : `rxjs-parallel ${String(Math.random())} ${String(Math.random())}`;
  send({ rxjsParallel: 'hello', lock });
  if (locks === undefined || lock === undefined) return;
  const held = locks.request(lock, () => {
    send({ rxjsParallel: 'locked' });
    return new Promise(() => undefined);
  });
  // A document without an origin has none: then only what the worker says is known.
  held.catch(() => undefined);
}
