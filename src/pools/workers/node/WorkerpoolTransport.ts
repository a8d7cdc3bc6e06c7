import type { ChildProcess } from 'node:child_process';
import type { Worker } from 'node:worker_threads';
import { isUint8Array } from '../../../platform/types.ts';
import { bare } from '../../../util/bare.ts';
import { withoutStacks } from '../../../util/withoutStacks.ts';
import type { WorkerKind } from '../../pool.ts';
import { UNREADABLE_REQUEST, type UnreadableRequest } from '../../wire/messages.ts';
import { pack, unpack } from '../../wire/node/codec.ts';
import { TERMINATE } from '../../wire/node/terminateMessage.ts';
import type {
  CallChannel,
  CallChannelListener,
  Caller,
  Transport,
  TransportListener,
  WorkerSettings,
} from '../Transport.ts';
import { forwardOutput } from './forwardOutput.ts';
import { killAtExit } from './killAtExit.ts';
import { loadWorkerpool } from './loadWorkerpool.ts';
import { threadCalls } from './threadCalls.ts';
import { forkOptions, threadOptions } from './workerOptions.ts';
import { workerProgram } from './script/workerScript.ts';

// The private parts of workerpool that this package needs to address one worker and to call it past workerpool's own queue.
// No other file knows them.
interface PrivatePool {
  readonly workers: readonly Handler[];
  exec(method: 'methods', params: readonly []): { catch(handle: () => undefined): unknown };
  terminate(force: true): unknown;
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
      readonly on: (sent: unknown) => void;
      readonly transfer: readonly Transferable[] | undefined;
    },
  ): { then(resolve: (reply: unknown) => void, reject: (error: unknown) => void): unknown };
}

type RawWorker = (Worker & { channel?: undefined; send(message: unknown): void }) | ChildProcess;

const POOL: Shape = { workers: 'object', exec: 'function', terminate: 'function', _removeWorker: 'function' };
const HANDLER: Shape = {
  debugPort: 'number',
  worker: 'object',
  processing: 'object',
  lastId: 'number',
  exec: 'function',
};
const WORKER: Shape = { send: 'function', listeners: 'function', removeAllListeners: 'function' };

type Shape = Readonly<Record<string, 'number' | 'object' | 'function'>>;

/**
 * A thread or a process, started by a workerpool of one worker. It uses no queue, timeout or cancellation of workerpool,
 * since each of these can lose tasks or workers.
 */
export class WorkerpoolTransport implements Transport {
  private readonly kind: WorkerKind;
  private readonly listener: TransportListener;
  private readonly handler: Handler;
  private readonly raw: RawWorker;
  /** Receives the answers of a process to single calls. */
  private calls: CallChannelListener | undefined;

  constructor(kind: WorkerKind, settings: WorkerSettings, listener: TransportListener) {
    this.kind = kind;
    this.listener = listener;
    const program = workerProgram(kind);
    // workerpool makes errors as prototypes while it loads. Their stacks would keep the run that needs the first worker.
    const pool = withoutStacks(loadWorkerpool).pool(
      program.script,
      bare({
        maxWorkers: 1,
        workerType: kind,
        workerTerminateTimeout: Math.max(1, settings.graceMs),
        workerThreadOpts: threadOptions(settings, program),
        forkOpts: forkOptions(settings, program),
        onCreateWorker: () => bare({}),
      }),
    );
    this.handler = startIn(pool);
    this.raw = this.handler.worker;
    if (program.greeting !== undefined) this.raw.send(program.greeting);
    this.filterMessages();
    this.watch(pool as unknown as PrivatePool);
    forwardOutput(this.raw, kind === 'process', (text) => {
      listener.wroteToStderr(text);
    });
    if (kind === 'process') killAtExit(this.raw as ChildProcess);
  }

  send(method: string, request: unknown, caller: Caller, transfer: readonly Transferable[] | undefined): number {
    const { kind, handler } = this;
    const sent = pack(kind, request);
    // workerpool will give the call this number.
    const id = handler.lastId + 1;
    const on = (event: unknown): void => {
      if (kind === 'process' && !isUint8Array(event)) return;
      let value: unknown;
      try {
        value = unpack(kind, event);
      } catch (reason) {
        caller.unreadableEvent(reason);
        return;
      }
      caller.event(value);
    };
    const answer = (reply: unknown): void => {
      let value: unknown;
      try {
        value = unpack(kind, reply);
      } catch (reason) {
        caller.unreadableAnswer(reason);
        return;
      }
      caller.answer(value);
    };
    try {
      handler.exec(method, [sent], undefined, { on, transfer }).then(answer, (error: unknown) => {
        // Our methods do not throw. A rejection is the worker's death, or an error after which the worker cannot be used.
        if (!(error instanceof loadWorkerpool().TerminateError)) this.kill();
        caller.exited((error as Error | undefined)?.cause);
      });
    } catch (reason) {
      this.forget(id);
      throw reason;
    }
    return id;
  }

  /** Without this, workerpool would keep the call in its table of running calls for ever. */
  forget(call: number): void {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- it is a table of calls by their ids.
    delete this.handler.processing[call];
  }

  openCalls(listener: CallChannelListener): CallChannel {
    if (this.kind === 'thread') return threadCalls(listener);
    this.calls = listener;
    const { raw } = this;
    return {
      cells: undefined,
      connection: undefined,
      drained: new Promise((resolve) => raw.once('disconnect', resolve)),
      send: (message) => {
        raw.send(pack('process', message) as Uint8Array);
      },
    };
  }

  ref(): void {
    this.raw.ref();
    this.raw.channel?.ref();
  }

  unref(): void {
    this.raw.unref();
    this.raw.channel?.unref();
  }

  terminate(): void {
    this.raw.send(TERMINATE);
  }

  kill(): void {
    if ('terminate' in this.raw) void this.raw.terminate();
    else this.raw.kill('SIGKILL');
  }

  /** Passes only workerpool's own messages to workerpool: other messages of a task would make it throw in this thread. */
  private filterMessages(): void {
    const [receive] = this.raw.listeners('message') as ((message: unknown) => void)[];
    this.raw.removeAllListeners('message');
    this.raw.on('message', (message: unknown) => {
      if (typeof message !== 'object' || message === null) {
        if (message === 'ready') receive?.(message);
        return;
      }
      if (isUint8Array(message)) {
        this.receiveCall(message);
        return;
      }
      const { [UNREADABLE_REQUEST]: reason, id } = message as Partial<UnreadableRequest> & { readonly id?: unknown };
      if (reason !== undefined) this.listener.refused(new Error(reason));
      else if (typeof id === 'number' && isOfTaskServer(message)) receive?.(message);
    });
  }

  private receiveCall(bytes: Uint8Array): void {
    let message: unknown;
    try {
      message = unpack('process', bytes);
    } catch (reason) {
      this.calls?.unreadable(reason);
      return;
    }
    this.calls?.message(message);
  }

  private watch(pool: PrivatePool): void {
    let hasExited = false;
    const exit = (code: number | null, signal?: string | null): void => {
      if (hasExited) return;
      hasExited = true;
      releasePort(pool, this.handler);
      this.listener.exited(code ?? undefined, signal ?? undefined);
    };
    this.raw.on('error', (error: unknown) => {
      this.listener.failed(error);
      // A process that could not be started emits no `exit`.
      if (!('terminate' in this.raw) && this.raw.pid === undefined) exit(null);
    });
    this.raw.on('messageerror', (error: Error) => {
      this.listener.unreadable(error);
    });
    this.raw.on('exit', exit);
  }
}

/**
 * Whether a message with an id is an event or an answer of our worker script. Other messages with an id come from a task, or
 * from a workerpool that a task has loaded.
 */
function isOfTaskServer(message: object): boolean {
  return 'isEvent' in message
    ? message.isEvent === true
    : 'result' in message && 'error' in message && message.error === null;
}

/**
 * Starts the worker of a workerpool.
 *
 * @throws Error if a private part of workerpool is missing: then workerpool has another version than this package needs.
 */
export function startIn(pool: object): Handler {
  const { execArgv } = process;
  // workerpool would add some of these flags to ours: a memory limit, and a debug port.
  process.execArgv = [];
  try {
    checkShape('pool', pool, POOL);
    // workerpool starts a worker only for a call. `methods` is its own method, which is answered when the worker is ready.
    void (pool as PrivatePool).exec('methods', []).catch(() => undefined);
  } finally {
    process.execArgv = execArgv;
  }
  const [handler] = (pool as PrivatePool).workers;
  checkHandler(handler, pool as PrivatePool);
  return handler as Handler;
}

function checkHandler(handler: Handler | undefined, pool: PrivatePool): void {
  try {
    checkShape('worker handler', handler, HANDLER);
    checkShape('worker', handler?.worker, WORKER);
  } catch (error) {
    // workerpool's own way to end a worker, since the parts for ours are missing.
    pool.terminate(true);
    throw error;
  }
}

function checkShape(part: string, value: unknown, shape: Shape): void {
  for (const [name, type] of Object.entries(shape)) {
    const member = (value as Readonly<Record<string, unknown>> | undefined)?.[name];
    if (typeof member !== type || member === null)
      throw new Error(
        `this version of workerpool cannot be used: its ${part} has no ${name}; rxjs-parallel needs workerpool 10.0.3`,
      );
  }
}

/** Releases the debug port that workerpool reserves for each worker: it has a limited number of ports. */
function releasePort(pool: PrivatePool, { debugPort }: Handler): void {
  pool._removeWorker({
    debugPort,
    terminate: (_force, done) => {
      done();
    },
  });
}
