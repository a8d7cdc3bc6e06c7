import { afterMicrotask } from '../../../platform/time/afterMicrotasks.ts';
import { CALL_CELLS, type CallCells } from '../../wire/CallCells.ts';
import { EXIT_REPORT, UNREADABLE_CALLS, type CallAnswer, type CallExitReport } from '../../wire/callMessages.ts';
import type { ExitReport } from '../../wire/messages.ts';
import type { CallChannel, CallChannelListener } from '../Transport.ts';
import type { WorkerExit } from '../WorkerClient.ts';
import { withTimeout } from '../boot/withTimeout.ts';

/** How long the last messages of a worker that has exited are waited for, in milliseconds. */
const DRAIN_MS = 1000;

/**
 * The most calls that a worker without shared memory has at once. Those behind a task that blocks the worker cannot be taken
 * back, since it hears nothing.
 */
const MAX_UNSHARED = 8;

/** Hears the answers to calls. */
export interface AnswerListener {
  answer(answer: CallAnswer): void;
  /** The worker cannot read calls, from this number on. */
  refused(first: number): void;
  /** An answer cannot be read here. */
  unreadable(reason: unknown): void;
  /** The worker exits. */
  exiting(): void;
  /** The worker has exited, and all that it has sent has been heard. */
  died(exit: WorkerExit): void;
}

/** The way of single calls to one worker. Functions use it one after the other. */
export class CallLink {
  /** Hears the answers. A worker keeps no function whose calls it does not have. */
  private listener: AnswerListener | undefined;
  /** How the worker has died. */
  private exit: WorkerExit | undefined;
  private readonly channel: CallChannel;
  private readonly reportExit: (report: ExitReport) => void;
  private number = 0;

  /** @param reportExit - Is told why the worker exits. */
  constructor(open: (listener: CallChannelListener) => CallChannel, reportExit: (report: ExitReport) => void) {
    this.reportExit = reportExit;
    this.channel = open({
      message: (message) => {
        this.receive(message as CallAnswer | CallExitReport);
      },
      unreadable: (reason) => this.listener?.unreadable(reason),
    });
  }

  /** Shared with a thread. */
  get cells(): CallCells | undefined {
    return this.channel.cells;
  }

  get connection(): CallChannel['connection'] {
    return this.channel.connection;
  }

  /** The number of the next call. */
  get next(): number {
    return this.number;
  }

  /** How many calls may be sent to a worker that has some. Numbers are used again only when the worker is past them. */
  roomBeside(sent: number): number {
    const { cells, number } = this;
    return cells === undefined ? MAX_UNSHARED - sent : CALL_CELLS - number + cells.nextSeen;
  }

  /** Has the function hear the answers whose calls the worker gets, and its death, also where that has been. */
  listen(listener: AnswerListener): void {
    const { exit } = this;
    this.listener = listener;
    if (exit !== undefined)
      afterMicrotask(() => {
        listener.died(exit);
      });
  }

  /** Lets a function hear nothing more. */
  leave(listener: AnswerListener): void {
    if (this.listener === listener) this.listener = undefined;
  }

  /** Numbers a call. */
  take(): number {
    const { number } = this;
    this.number += 1;
    this.cells?.send(number);
    return number;
  }

  /** @throws whatever the structured clone of something that cannot be sent throws. */
  send(message: readonly unknown[], transfers?: readonly Transferable[]): void {
    this.channel.send(message, transfers);
  }

  /** The worker has exited. */
  async end(worker: { exit(): Promise<WorkerExit> }): Promise<void> {
    // All that it has answered counts.
    await withTimeout(this.channel.drained, DRAIN_MS);
    this.exit = await worker.exit();
    this.listener?.died(this.exit);
  }

  private receive(message: CallAnswer | CallExitReport): void {
    const { listener } = this;
    if (message[0] >= 0) listener?.answer(message as CallAnswer);
    else if (message[0] === UNREADABLE_CALLS) listener?.refused(message[1] as number);
    else if (message[0] === EXIT_REPORT) {
      const [, exitCode, uncaught] = message as CallExitReport;
      this.reportExit({ kind: 'exitReport', at: 0, exitCode, ...(uncaught === undefined ? {} : { uncaught }) });
      listener?.exiting();
    }
  }
}
