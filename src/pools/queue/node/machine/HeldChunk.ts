import { asyncScheduler, BehaviorSubject, defer, of, type Subscription } from 'rxjs';
import { PoolClosedError } from '../../../../tasks/errors/errors.ts';
import type { AnyTask } from '../../../../tasks/Task.ts';
import type { Pool, Settlements } from '../../../pool.ts';
import {
  YIELD_WINDOW,
  type ChunkMessage,
  type ChunkReport,
  type DoneMessage,
  type FailMessage,
  type MachineState,
  type PlacedMessage,
  type SettledMessage,
  type StartMessage,
} from '../protocol/messages.ts';
import { toWireError } from '../protocol/wireError.ts';
import type { RemoteRun } from './RemoteRuns.ts';

/** A report without its header. */
type Report =
  | Omit<StartMessage, 'id' | 'by' | 'n'>
  | Omit<PlacedMessage, 'id' | 'by' | 'n'>
  | Omit<SettledMessage, 'id' | 'by' | 'n'>
  | Omit<DoneMessage, 'id' | 'by' | 'n'>
  | Omit<FailMessage, 'id' | 'by' | 'n'>;

/** A chunk that this machine has taken. It reports to its program in numbered messages. */
export class HeldChunk {
  readonly from: string;
  /** Resolves when the chunk has ended and its last message has been accepted, or when the chunk was stopped. */
  readonly ended: Promise<void>;
  private readonly chunk: ChunkMessage;
  private readonly by: string;
  private readonly send: (report: ChunkReport) => Promise<boolean>;
  /** The number of the last message. */
  private last = -1;
  private lastSent: Promise<unknown> = Promise.resolve();
  /** The number of messages with yields that were sent, and the maximum of that number. */
  private yields = 0;
  private credit = YIELD_WINDOW;
  private readonly flowing$ = new BehaviorSubject(true);
  private subscription: Subscription | undefined;
  private isStopped = false;
  private resolveEnded = (): void => undefined;

  /**
   * @param by - The channel of this machine.
   * @param machine - The state of this machine; undefined if the program knows it.
   */
  constructor(
    chunk: ChunkMessage,
    by: string,
    machine: MachineState | undefined,
    send: (report: ChunkReport) => Promise<boolean>,
  ) {
    this.chunk = chunk;
    this.from = chunk.from;
    this.by = by;
    this.send = send;
    this.ended = new Promise((resolve) => {
      this.resolveEnded = resolve;
    });
    this.say({ kind: 'start', machine });
  }

  get stopped(): boolean {
    return this.isStopped;
  }

  /** The number of its last message, and the maximum number of messages with yields. */
  get state(): readonly [last: number, credit: number] {
    return [this.last, this.credit];
  }

  /** Runs the chunk on a pool. @param closing - Called if the pool has been closed: then another machine has to run it. */
  run(pool: Pool, task: AnyTask, { args, ended$ }: RemoteRun, closing: () => void): void {
    if (this.isStopped) return;
    const { first, indices, items, attempt, timeout, graceMs } = this.chunk;
    let tookMs = 0;
    const gate$ = defer(() => {
      this.say({ kind: 'placed' });
      return of(0);
    });
    const job = { task, args, first, indices, items, attempt, timeout, graceMs, transfer: undefined, gate$, ended$ };
    this.subscription = pool.run$({ ...job, flowing$: this.flowing$, scheduler: asyncScheduler }).subscribe({
      next: (settlements) => {
        if (settlements.tookMs !== undefined) ({ tookMs } = settlements);
        this.forward(settlements);
      },
      error: (error: unknown) => {
        if (error instanceof PoolClosedError) {
          closing();
          this.stop();
        } else this.fail(error);
      },
      complete: () => {
        this.say({ kind: 'done', tookMs });
        this.end();
      },
    });
    // In a pool of this thread, the task has already been called, and may have stopped this chunk.
    if (this.stopped) this.subscription.unsubscribe();
  }

  /** Fails the whole run of the program. */
  fail(error: unknown): void {
    this.say({ kind: 'fail', error: toWireError(error) });
    this.end();
  }

  /** Cancels the chunk, and sends no more reports about it. */
  stop(): void {
    this.isStopped = true;
    this.subscription?.unsubscribe();
    this.resolveEnded();
  }

  /** Allows more yields. @param total - The total number of messages with yields. */
  allow(total: number): void {
    if (total <= this.credit) return;
    this.credit = total;
    this.flowing$.next(this.yields < total);
  }

  private forward({ from, values, errors, yields }: Settlements<unknown>): void {
    if (values.length === 0 && yields === undefined) return;
    if (yields?.ended === false) {
      this.yields += 1;
      if (this.yields >= this.credit) this.flowing$.next(false);
    }
    const coded = errors?.map(([at, error]) => [at, toWireError(error)] as const);
    this.say({ kind: 'settled', from, values, errors: coded, yields });
  }

  private say(report: Report): void {
    if (this.isStopped) return;
    this.last += 1;
    this.lastSent = this.send({ ...report, id: this.chunk.id, by: this.by, n: this.last });
  }

  private end(): void {
    void this.lastSent.then(this.resolveEnded, this.resolveEnded);
  }
}
