import { eventLoopTurn } from '../../platform/time/eventLoopTurn.ts';
import { nowMs } from '../../platform/time/nowMs.ts';
import { isPromiseLike } from '../../tasks/isIterator.ts';
import { checkStep } from '../../util/checkStep.ts';
import type { BatchTask } from './BatchTask.ts';

/** How long a generator may go on before its yields are sent, in milliseconds. */
const YIELD_MS = 20;
/** The most yields of one message. */
const MAX_YIELDS = 1024;

/** Receives the yields of a generator. */
export interface YieldSink {
  /** Sends some of them. Throws where they cannot be sent. */
  readonly send: (values: readonly unknown[]) => void;
  /** A step begins. */
  readonly restart: () => void;
}

/** Takes all yields of a generator, until it ends, or its task is told to stop. Between two messages the event loop turns. */
export async function drain(
  generator: Iterator<unknown> | AsyncIterator<unknown>,
  task: BatchTask,
  { send, restart }: YieldSink,
): Promise<void> {
  let values: unknown[] = [];
  let isDone = false;
  // Says at once that there is a generator, which its caller may not want.
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

/** Sends the yields before an error. One of them may be the error. */
function trySend(send: YieldSink['send'], values: readonly unknown[]): void {
  try {
    send(values);
  } catch {
    // Then the error says so.
  }
}

/** Runs the `finally` of a generator that is no longer wanted. */
async function close(generator: Iterator<unknown> | AsyncIterator<unknown>): Promise<void> {
  try {
    await generator.return?.();
  } catch {
    // The call is over; nobody is left to be told.
  }
}
