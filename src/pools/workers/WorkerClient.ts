import { clearTimeout, setTimeout } from '../../platform/time/timers.ts';
import { decodeError } from '../../tasks/errors/decodeError.ts';
import type { WorkerDeath } from '../../tasks/errors/errors.ts';
import type { Script } from '../../tasks/script/Script.ts';
import type { ANSWERED, ExitReport, WorkerEvent, WorkerMethods } from '../wire/messages.ts';
import { StderrTail } from './StderrTail.ts';
import type { EndReason } from './stats/WorkerTally.ts';
import type {
  CallChannel,
  CallChannelListener,
  Caller,
  Transport,
  TransportListener,
  WorkerLauncher,
  WorkerSettings,
} from './Transport.ts';

/** How a call to a worker ended. */
export type Answer<T> =
  | { readonly kind: 'answer'; readonly value: T }
  /** The request could not be cloned, or the worker could not read it. No task has seen it. */
  | { readonly kind: 'unsendable'; readonly reason: unknown }
  /** The answer could not be read here. */
  | Unreadable
  | WorkerExit;

/** The worker died before it answered. */
export interface WorkerExit {
  readonly kind: 'exit';
  readonly death: WorkerDeath;
  /** The error that ended the worker, if it is known. */
  readonly cause: unknown;
  /** Whether the worker sent an exit report: then it ended by itself, and not by a signal or for lack of memory. */
  readonly reportedExit: boolean;
  /** The line of its output to stderr since the last call that tells why it died; undefined if there is none. */
  readonly stderrReason: string | undefined;
  readonly thread: boolean;
}

/** A message of a worker that could not be read. */
export interface Unreadable {
  readonly kind: 'unreadable';
  readonly reason: unknown;
}

/** Receives the events of a worker before its answer. */
export type Listener = (event: WorkerEvent | Unreadable) => void;

type Method = keyof WorkerMethods;
type Request<M extends Method> = Parameters<WorkerMethods[M]>[0];
type Reply<M extends Method> = Exclude<Awaited<ReturnType<WorkerMethods[M]>>, typeof ANSWERED>;

/** The methods that may be called while another call runs. Their requests and answers can always be read. */
const CONCURRENT = new Set<Method>(['stop', 'forget']);

const EVENTS = new Set<unknown>(['begun', 'settled', 'exitReport'] satisfies WorkerEvent['kind'][]);

/** Calls the methods of one worker, from its start to its exit. */
export class WorkerClient {
  /** Resolves when the worker has exited. */
  readonly exited: Promise<WorkerDeath>;
  /** The runs whose task the worker has loaded. */
  readonly opened = new Set<number>();
  /** The number of items that the worker has been given. */
  itemsGiven = 0;
  /** Why it ends; undefined while it lives, and if it dies by itself. */
  endReason: EndReason | undefined;
  /** Whether it has booted, including the initializer. */
  hasBooted = false;
  private death: WorkerDeath | undefined;
  private cause: unknown;
  private exitReport: ExitReport | undefined;
  /** The handlers of the running call, except for calls of {@link CONCURRENT} methods. */
  private current: Pick<TransportListener, 'refused' | 'unreadable'> | undefined;
  private readonly stderr = new StderrTail();
  private readonly isThread: boolean;
  private readonly reasonIn: WorkerLauncher['reasonIn'];
  private readonly graceMs: number;
  private readonly transport: Transport;

  /** @param script - That of its launcher's `scriptFor`. */
  constructor(launcher: WorkerLauncher, settings: WorkerSettings, script?: Script) {
    this.isThread = launcher.kind === 'thread';
    this.reasonIn = launcher.reasonIn;
    this.graceMs = settings.graceMs;
    let resolveExited: (death: WorkerDeath) => void = () => undefined;
    this.exited = new Promise((resolve) => {
      resolveExited = resolve;
    });
    const listener: TransportListener = {
      refused: (reason) => this.current?.refused(reason),
      unreadable: (reason) => this.current?.unreadable(reason),
      wroteToStderr: (text) => {
        this.stderr.append(text);
      },
      failed: (error) => {
        this.cause ??= error;
      },
      exited: (exitCode, signal) => {
        this.death = { exitCode, signal, stderr: this.stderr.text };
        resolveExited(this.death);
      },
    };
    this.transport = launcher.launch(settings, listener, script);
  }

  get dead(): boolean {
    return this.death !== undefined;
  }

  /**
   * Calls a method of the worker. Never rejects.
   *
   * @param on - Receives the events of the worker before its answer.
   * @param transfer - The objects to move instead of copying them.
   */
  call<M extends Method>(
    method: M,
    request: Request<M>,
    on?: Listener,
    transfer?: readonly Transferable[],
  ): Promise<Answer<Reply<M>>> {
    if (this.dead) return this.exit();
    return new Promise<Answer<Reply<M>>>((resolve) => {
      let id = 0;
      const settle = (answer: Answer<Reply<M>> | Promise<WorkerExit>): void => {
        resolve(answer);
        // An idle worker must not keep the request and the caller in memory.
        if (this.current === current) this.current = undefined;
      };
      const abandon = (answer: Answer<Reply<M>>): void => {
        this.transport.forget(id);
        settle(answer);
      };
      const current = {
        refused: (reason: unknown) => {
          abandon({ kind: 'unsendable', reason });
        },
        unreadable: (reason: unknown) => {
          if (on === undefined) abandon({ kind: 'unreadable', reason });
          else on({ kind: 'unreadable', reason });
        },
      };
      const caller: Caller = {
        event: (value) => {
          // A task can emit events of its own by workerpool. They are ignored.
          if (!isEvent(value)) return;
          if (value.kind === 'exitReport') this.exitReport = value;
          on?.(value);
          if (value.kind === 'settled' && value.reply !== undefined)
            abandon({ kind: 'answer', value: value.reply as Reply<M> });
        },
        unreadableEvent: (reason) => on?.({ kind: 'unreadable', reason }),
        answer: (value) => {
          settle({ kind: 'answer', value: value as Reply<M> });
        },
        unreadableAnswer: (reason) => {
          settle({ kind: 'unreadable', reason });
        },
        exited: (cause) => {
          this.cause ??= cause;
          settle(this.exit());
        },
      };
      if (!CONCURRENT.has(method)) {
        this.current = current;
        this.stderr.startTask();
      }
      try {
        id = this.transport.send(method, request, caller, transfer);
      } catch (reason) {
        settle({ kind: 'unsendable', reason });
      }
    });
  }

  /** Opens the channel for single calls. Call it once. */
  openCalls(listener: CallChannelListener): CallChannel {
    return this.transport.openCalls(listener);
  }

  /** The worker has told why it exits. */
  setExitReport(report: ExitReport): void {
    this.exitReport = report;
  }

  /** Makes the worker keep this process alive. */
  ref(): void {
    this.transport.ref();
  }

  /** Lets this process end although the worker lives. */
  unref(): void {
    this.transport.unref();
  }

  /** Ends the worker at once, even while a task blocks it. */
  kill(): void {
    if (this.dead) return;
    // A worker that has reported its exit dies by itself.
    if (this.exitReport === undefined) this.endReason ??= 'stopped';
    this.transport.kill();
  }

  /** Calls `pull`. A generator never runs again: where the worker cannot read the call, it is killed with its generator. */
  async pull(request: Request<'pull'>, on: Listener): Promise<Answer<Reply<'pull'>>> {
    const answer = await this.call('pull', request, on);
    if (answer.kind !== 'unsendable') return answer;
    this.kill();
    return { ...(await this.exit()), cause: answer.reason };
  }

  /** Asks the worker to end, and kills it after `graceMs`. Resolves when it has exited. */
  async end(): Promise<void> {
    if (this.dead) return;
    this.endReason ??= 'released';
    this.ref();
    this.transport.terminate();
    const timer = setTimeout(() => {
      this.kill();
    }, this.graceMs);
    await this.exited;
    clearTimeout(timer);
  }

  /** Resolves with the exit of the worker when it has exited. */
  async exit(): Promise<WorkerExit> {
    const death = await this.exited;
    const { exitReport, cause } = this;
    return {
      kind: 'exit',
      // The exit report holds the true exit code even if the worker was killed before it had exited.
      death: exitReport === undefined ? death : { ...death, exitCode: exitReport.exitCode, signal: undefined },
      cause: exitReport?.uncaught === undefined ? cause : decodeError(exitReport.uncaught),
      reportedExit: exitReport !== undefined,
      stderrReason: this.reasonIn?.(this.stderr.recent),
      thread: this.isThread,
    };
  }
}

function isEvent(value: unknown): value is WorkerEvent {
  return EVENTS.has((value as { readonly kind?: unknown } | null | undefined)?.kind);
}
