import { isUint8Array } from '../../platform/types.ts';
import { clearTimeout, setTimeout } from '../../platform/timers.ts';
import type { WorkerKind } from '../pool.ts';
import type { ChildProcess } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import type { Worker } from 'node:worker_threads';
import { decodeError } from '../../tasks/errors/decodeError.ts';
import type { WorkerDeath } from '../../tasks/errors/errors.ts';
import { bare } from '../../util/bare.ts';
import { withoutStacks } from '../../util/withoutStacks.ts';
import { killAtExit } from './node/killAtExit.ts';
import { loadWorkerpool } from './node/loadWorkerpool.ts';
import { pack, unpack } from '../wire/codec.ts';
import {
  UNREADABLE_REQUEST,
  type ExitReport,
  type UnreadableRequest,
  type WorkerEvent,
  type WorkerMethods,
} from '../wire/messages.ts';
import { workerProgram, type WorkerProgram } from './node/workerScript.ts';

/** The program to start. */
export interface WorkerSettings {
  readonly kind: WorkerKind;
  readonly env: Readonly<Record<string, string | undefined>> | undefined;
  readonly execArgv: readonly string[] | undefined;
  readonly memoryMb: number | undefined;
  /** Milliseconds to end by itself before it is killed. */
  readonly graceMs: number;
}

/** How a call to a worker ended. */
export type Answer<T> =
  | { readonly kind: 'answer'; readonly value: T }
  /** The request could not be cloned, or not read over there, so that the worker never saw it. */
  | { readonly kind: 'unsendable'; readonly reason: unknown }
  /** The answer could not be read here. */
  | Unreadable
  | WorkerExit;

/** The worker died before it answered. */
export interface WorkerExit {
  readonly kind: 'exit';
  readonly death: WorkerDeath;
  /** The error that ended it, where that is known. */
  readonly cause: unknown;
  /** Whether it sent an exit report: it ended by itself, and not by a signal or for lack of memory. */
  readonly reportedExit: boolean;
  /** The end of its output to stderr since it was given something to do. */
  readonly stderrTail: string;
  readonly thread: boolean;
}

/** Stands for a message of a worker that could not be read. */
export interface Unreadable {
  readonly kind: 'unreadable';
  readonly reason: unknown;
}

/** Hears what a worker says before it answers. */
export type Listener = (event: WorkerEvent | Unreadable) => void;

/** Characters of a worker's stderr that are kept for the error of a crash. */
const STDERR_TAIL_LENGTH = 4096;

// The parts of workerpool that its types keep private, and that nothing else gives: to address one worker, and to call it
// past workerpool's own queue, takes them. A spec guards each use.
interface PrivatePool {
  readonly workers: readonly Handler[];
  exec(method: 'methods', params: readonly []): { catch(handle: () => undefined): unknown };
  _removeWorker(worker: { readonly debugPort: number; terminate(force: boolean, done: () => void): void }): unknown;
}

interface Handler {
  readonly debugPort: number;
  readonly worker: RawWorker;
  readonly processing: Record<number, unknown>;
  readonly lastId: number;
  exec(
    method: string,
    params: readonly unknown[],
    resolver: undefined,
    options: {
      readonly on?: ((sent: unknown) => void) | undefined;
      readonly transfer?: readonly Transferable[] | undefined;
    },
  ): { then(resolve: (reply: unknown) => void, reject: (error: unknown) => void): unknown };
}

type RawWorker = (Worker & { channel?: undefined; send(message: unknown): void }) | ChildProcess;

/** A call under way. */
interface Current {
  /** The worker cannot read it. */
  readonly unreadableRequest: (reason: unknown) => void;
  /** Something that the worker says to it cannot be read here. */
  readonly unreadableEvent: (reason: unknown) => void;
}

type Method = keyof WorkerMethods;
type Request<M extends Method> = Parameters<WorkerMethods[M]>[0];
type Reply<M extends Method> = Awaited<ReturnType<WorkerMethods[M]>>;

/**
 * One worker, from its start to its death: a workerpool of one worker, which is never asked to queue, to time out or to
 * cancel anything, since each of these loses tasks or workers there.
 */
export class WorkerClient {
  /** Resolves when the worker has exited. */
  readonly exited: Promise<WorkerDeath>;
  /** The runs whose task it has ready. */
  readonly opened = new Set<number>();
  /** How many items it has been given. */
  itemsGiven = 0;
  private death: WorkerDeath | undefined;
  private cause: unknown;
  private exitReport: ExitReport | undefined;
  private stderr = '';
  /** What it has written to stderr since it was given something to do. */
  private recentStderr = '';
  /** The handlers of the call under way, of those that one makes one after the other. */
  private current: Current | undefined;
  private readonly settings: WorkerSettings;
  private readonly handler: Handler;
  private readonly raw: RawWorker;

  constructor(settings: WorkerSettings) {
    this.settings = settings;
    const program = workerProgram(settings.kind);
    // Its errors that are prototypes would keep the run that needs the first worker.
    const pool = withoutStacks(loadWorkerpool).pool(
      program.script,
      bare({
        maxWorkers: 1,
        workerType: settings.kind,
        workerTerminateTimeout: Math.max(1, settings.graceMs),
        workerThreadOpts: bare({ ...threadOptions(settings), ...program.threadOptions }, THREAD_OPTIONS),
        forkOpts: bare(forkOptions(settings, program), FORK_OPTIONS),
        onCreateWorker: () => bare({}),
      }),
    );
    this.handler = startIn(pool as unknown as PrivatePool);
    this.raw = this.handler.worker;
    if (program.greeting !== undefined) this.raw.send(program.greeting);
    this.filterMessages();
    this.exited = this.watch();
    void this.exited.then(() => {
      forgetIn(pool as unknown as PrivatePool, this.handler);
    });
    this.forwardOutput();
    if (settings.kind === 'process') killAtExit(this.raw as ChildProcess);
  }

  /** Whether it has exited. */
  get dead(): boolean {
    return this.death !== undefined;
  }

  /**
   * Calls a method of the worker. Never rejects.
   *
   * @param on - Is told what the worker says before it answers.
   * @param transfer - The objects to move instead of copying them.
   */
  call<M extends Method>(
    method: M,
    request: Request<M>,
    on?: Listener,
    transfer?: readonly Transferable[],
  ): Promise<Answer<Reply<M>>> {
    if (this.dead) return this.exit();
    if (!CONCURRENT.has(method)) this.recentStderr = '';
    const { kind } = this.settings;
    let sent: unknown;
    try {
      sent = pack(kind, request);
    } catch (reason) {
      return Promise.resolve({ kind: 'unsendable', reason });
    }
    return new Promise<Answer<Reply<M>>>((settle) => {
      // As workerpool numbers them.
      const id = this.handler.lastId + 1;
      const current: Current = {
        unreadableRequest: (reason) => {
          this.drop(id);
          resolve({ kind: 'unsendable', reason });
        },
        unreadableEvent: (reason) => {
          if (on !== undefined && method !== 'open') {
            on({ kind: 'unreadable', reason });
            return;
          }
          this.drop(id);
          resolve({ kind: 'unreadable', reason });
        },
      };
      const resolve = (answer: Answer<Reply<M>> | Promise<WorkerExit>): void => {
        settle(answer);
        // It keeps the request and its caller: an idle worker must not.
        if (this.current === current) this.current = undefined;
      };
      const receive = (sent: unknown): void => {
        const event = read(kind, sent);
        // A task may emit, too; nobody here has asked for that.
        if (event === undefined) return;
        if (event.kind === 'exitReport') this.exitReport = event;
        on?.(event);
        if (event.kind === 'settled' && event.reply !== undefined)
          resolve({ kind: 'answer', value: event.reply as Reply<M> });
      };
      if (!CONCURRENT.has(method)) this.current = current;
      try {
        this.handler.exec(method, [sent], undefined, { on: receive, transfer }).then(
          (reply: unknown) => {
            resolve(answerOf(kind, reply));
          },
          (error: unknown) => {
            // Our methods do not throw: what rejects is the worker's death, or nothing that it could live on with.
            this.cause ??= (error as Error | undefined)?.cause;
            if (!(error instanceof loadWorkerpool().TerminateError)) this.kill();
            resolve(this.exit());
          },
        );
      } catch (reason) {
        this.drop(id);
        resolve({ kind: 'unsendable', reason });
      }
    });
  }

  /** Lets it keep this process alive. */
  ref(): void {
    this.raw.ref();
    this.raw.channel?.ref();
  }

  /** Lets this process end, though the worker lives. */
  unref(): void {
    this.raw.unref();
    this.raw.channel?.unref();
  }

  /** Ends it at once, whatever it does. */
  kill(): void {
    if (this.dead) return;
    if ('terminate' in this.raw) void this.raw.terminate();
    else this.raw.kill('SIGKILL');
  }

  /** Lets it end by itself, and kills it if it does not in time. Resolves when it has exited. */
  async end(): Promise<void> {
    if (this.dead) return;
    this.ref();
    this.raw.send('__workerpool-terminate__');
    const timer = setTimeout(() => {
      this.kill();
    }, this.settings.graceMs);
    await this.exited;
    clearTimeout(timer);
  }

  /** Forgets a call that has no answer; workerpool would note it as under way for ever. */
  private drop(id: number): void {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- it is a table of calls by their ids.
    delete this.handler.processing[id];
  }

  private async exit(): Promise<WorkerExit> {
    const death = await this.exited;
    const { exitReport, cause } = this;
    return {
      kind: 'exit',
      // Its report counts, also where it was killed before it had exited.
      death: exitReport === undefined ? death : { ...death, exitCode: exitReport.exitCode, signal: undefined },
      cause: exitReport?.uncaught === undefined ? cause : decodeError(exitReport.uncaught),
      reportedExit: exitReport !== undefined,
      stderrTail: this.recentStderr,
      thread: this.settings.kind === 'thread',
    };
  }

  /** Gives workerpool what is meant for it alone: it fails, in this thread, at what else a task may send to its parent. */
  private filterMessages(): void {
    const [receive] = this.raw.listeners('message') as ((message: unknown) => void)[];
    this.raw.removeAllListeners('message');
    this.raw.on('message', (message: unknown) => {
      if (typeof message !== 'object' || message === null) {
        if (message === 'ready') receive?.(message);
        return;
      }
      const { [UNREADABLE_REQUEST]: reason, id } = message as Partial<UnreadableRequest> & { readonly id?: unknown };
      if (reason !== undefined) this.current?.unreadableRequest(new Error(reason));
      else if (typeof id === 'number' && isOfTaskServer(message)) receive?.(message);
    });
  }

  private watch(): Promise<WorkerDeath> {
    return new Promise((resolve) => {
      const exit = (code: number | null, signal?: string | null): void => {
        this.death = { exitCode: code ?? undefined, signal: signal ?? undefined, stderr: this.stderr };
        resolve(this.death);
      };
      this.raw.on('error', (error: unknown) => {
        this.cause ??= error;
        // A process that could not be started has no exit to wait for.
        if (!('terminate' in this.raw) && this.raw.pid === undefined) exit(null);
      });
      this.raw.on('messageerror', (error: Error) => {
        this.current?.unreadableEvent(error);
      });
      this.raw.on('exit', exit);
    });
  }

  /** Shows what the worker writes, as if it were written here, and keeps the end of its stderr. */
  private forwardOutput(): void {
    const { stdout, stderr } = this.raw;
    const piped = this.settings.kind === 'process';
    const decoder = new StringDecoder();
    stderr?.on('data', (data: Buffer) => {
      const text = decoder.write(data);
      this.stderr = (this.stderr + text).slice(-STDERR_TAIL_LENGTH);
      this.recentStderr = (this.recentStderr + text).slice(-STDERR_TAIL_LENGTH);
      if (piped) process.stderr.write(data);
    });
    if (!piped) return;
    stdout?.on('data', (data: Buffer) => {
      process.stdout.write(data);
    });
    for (const stream of [stdout, stderr]) (stream as { unref?: () => void } | null)?.unref?.();
    // A task that reads its standard input, or starts a program that does, would wait for ever for what nobody writes.
    this.raw.stdin?.destroy();
  }
}

/**
 * Whether a message with an id is an event or an answer of the worker's, and not one of a task that numbers its own, or of a
 * workerpool that a task has loaded, which does not know our methods.
 */
function isOfTaskServer(message: object): boolean {
  return 'isEvent' in message
    ? message.isEvent === true
    : 'result' in message && 'error' in message && message.error === null;
}

/** The methods that may be called while another call is under way: they are always readable, and so are their answers. */
const CONCURRENT = new Set<Method>(['stop', 'forget']);

function answerOf<T>(kind: WorkerKind, reply: unknown): Answer<T> {
  try {
    return { kind: 'answer', value: unpack(kind, reply) as T };
  } catch (reason) {
    return { kind: 'unreadable', reason };
  }
}

const KINDS = new Set<WorkerEvent['kind']>(['loading', 'settled', 'exitReport']);

/** Reads an event of a worker; undefined if it is not of the task server. */
function read(kind: WorkerKind, sent: unknown): WorkerEvent | Unreadable | undefined {
  if (kind === 'process' && !isUint8Array(sent)) return undefined;
  try {
    const event = unpack(kind, sent) as WorkerEvent | null | undefined;
    return event !== undefined && event !== null && KINDS.has(event.kind) ? event : undefined;
  } catch (reason) {
    return { kind: 'unreadable', reason };
  }
}

/** Starts the worker of a pool. */
function startIn(pool: PrivatePool): Handler {
  const { execArgv } = process;
  // Of these, workerpool would add some to those we give: a limit of memory, and a port to debug.
  process.execArgv = [];
  try {
    // Only a call makes it start a worker; `methods` is its own, and answers as soon as the worker is ready.
    void pool.exec('methods', []).catch(() => undefined);
  } finally {
    process.execArgv = execArgv;
  }
  return pool.workers[0] as Handler;
}

/** Gives back the port that workerpool sets aside for each worker it starts, of which there are only so many. */
function forgetIn(pool: PrivatePool, { debugPort }: Handler): void {
  pool._removeWorker({
    debugPort,
    terminate: (_force, done) => {
      done();
    },
  });
}

/** What else Node reads of the options of a thread and of a process; workerpool asks that none of it is inherited. */
const THREAD_OPTIONS = [
  ...['argv', 'env', 'eval', 'execArgv', 'name', 'resourceLimits', 'stdin', 'stdout', 'stderr', 'trackUnmanagedFds'],
  ...['transferList', 'workerData'],
];
const FORK_OPTIONS = [
  ...[
    'cwd',
    'detached',
    'env',
    'execArgv',
    'execPath',
    'gid',
    'killSignal',
    'serialization',
    'signal',
    'silent',
    'stdio',
  ],
  ...['timeout', 'uid', 'windowsVerbatimArguments'],
];

function threadOptions({ env, execArgv = threadFlags(), memoryMb }: WorkerSettings): object {
  return {
    // A thread would get the text "undefined".
    ...(env === undefined
      ? {}
      : { env: bare(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined))) }),
    ...(execArgv === undefined ? {} : { execArgv }),
    ...(memoryMb === undefined ? {} : { resourceLimits: bare({ maxOldGenerationSizeMb: memoryMb }) }),
  };
}

/** A thread inherits all flags, but one of them forbids to run a file. Those of V8 cannot be given, so the rest only where it must. */
function threadFlags(): readonly string[] | undefined {
  return process.execArgv.some((flag) => flag.startsWith('--input-type')) ? parentFlags() : undefined;
}

function forkOptions({ env, execArgv, memoryMb }: WorkerSettings, program: WorkerProgram): object {
  return {
    serialization: 'advanced',
    silent: true,
    execArgv: [
      ...(execArgv ?? parentFlags()),
      ...(memoryMb === undefined ? [] : [`--max-old-space-size=${String(memoryMb)}`]),
      ...program.execArgv,
    ],
    // Node takes what a process inherits from all objects for variables, too.
    env: bare(env ?? process.env),
  };
}

/** Flags of this process that say what it does itself, and not how its code is to be run. */
const OWN_FLAGS = /^(--inspect|--eval|--print|--check|--test|--watch|--interactive|--input-type|-[epcwi]$|-pe$)/;
const WITHOUT_VALUE = /^(--inspect(-brk|-wait)?|--check|--test|--watch|--interactive|-[ciw])$/;

/** What a thread inherits by itself: how this process loads and runs code. */
function parentFlags(): readonly string[] {
  return withoutTsNode(process.execArgv).filter(
    (flag, at, flags) => !OWN_FLAGS.test(flag) && (flag.startsWith('-') || !takesValue(flags[at - 1] ?? '')),
  );
}

/** The command of ts-node adds itself, and would look for the tsconfig of the worker's script. Its ESM loader needs it. */
function withoutTsNode(flags: readonly string[]): readonly string[] {
  if (flags.some((flag) => /ts-node.*child-loader/.test(flag))) return flags;
  const at = flags.findIndex((flag) => /[\\/]ts-node[\\/]dist[\\/]bin[-\w]*\.js$/.test(flag));
  return at === -1 ? flags : flags.slice(0, at);
}

/** Whether a flag that is left out takes what follows it along. */
function takesValue(flag: string): boolean {
  return OWN_FLAGS.test(flag) && !flag.includes('=') && !WITHOUT_VALUE.test(flag);
}
