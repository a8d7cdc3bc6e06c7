import { eventLoopTurn } from '../../platform/time/eventLoopTurn.ts';
import { nowMs } from '../../platform/time/nowMs.ts';
import { isPromiseLike } from '../../tasks/isIterator.ts';
import { checkStep } from '../../util/checkStep.ts';
import { MAX_YIELDS, YIELD_MS } from '../wire/yields.ts';
import type { BatchTask } from './BatchTask.ts';

/** Receives the yields of a generator. */
export interface YieldSink {
  /** Sends some of the yields. Throws if they cannot be sent. */
  readonly send: (values: readonly unknown[]) => void;
  /** A step of the generator begins. */
  readonly restart: () => void;
}

/** Takes all yields of a generator until it ends or its task is told to stop. Waits an event-loop turn after each message. */
export async function drain(
  generator: Iterator<unknown> | AsyncIterator<unknown>,
  task: BatchTask,
  { send, restart }: YieldSink,
): Promise<void> {
  let values: unknown[] = [];
  let isDone = false;
  // An empty message tells the caller at once that the result is a generator, which the caller may refuse.
  send(values);
  try {
    let sendAtMs = nowMs() + YIELD_MS;
    while (!task.aborted) {
      restart();
      const next = generator.next();
      const isAsync = isPromiseLike(next);
      if (isAsync && values.length > 0) {
        send(values);
        values = [];
      }
      const { done, value } = checkStep<unknown>(isAsync ? await next : next);
      isDone = done === true;
      if (isDone) break;
      values[values.length] = value;
      if (values.length < MAX_YIELDS && nowMs() < sendAtMs) continue;
      send(values);
      values = [];
      await eventLoopTurn();
      sendAtMs = nowMs() + YIELD_MS;
    }
    if (values.length > 0) send(values);
  } catch (error) {
    if (values.length > 0 && !task.aborted) trySend(send, values);
    throw error;
  } finally {
    if (!isDone) await close(generator);
  }
}

/** Sends the yields before an error. The error may be that they cannot be sent. */
function trySend(send: YieldSink['send'], values: readonly unknown[]): void {
  try {
    send(values);
  } catch {
    // The caller throws the error.
  }
}

/** Runs the `finally` of a generator that is no longer needed. */
async function close(generator: Iterator<unknown> | AsyncIterator<unknown>): Promise<void> {
  try {
    await generator.return?.();
  } catch {
    // The call has ended: nothing can receive this error.
  }
}
