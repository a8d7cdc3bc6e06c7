import type { WorkerKind } from '../pool.ts';
import type { CallCells } from '../wire/CallCells.ts';
import type { BootRequest, ConnectRequest, WorkerMethods } from '../wire/messages.ts';

/** The program to start. */
export interface WorkerSettings {
  readonly env: Readonly<Record<string, string | undefined>> | undefined;
  readonly execArgv: readonly string[] | undefined;
  readonly memoryMb: number | undefined;
  /** Milliseconds to end by itself before it is killed. */
  readonly graceMs: number;
}

/** Starts workers of one kind on one platform, and knows all that differs between these. */
export interface WorkerLauncher {
  readonly kind: WorkerKind;
  /** The script of the workers, for messages. */
  readonly script: string;
  /**
   * Starts a worker.
   *
   * @param listener - Is told what happens to the worker, never before this returns.
   * @throws TaskLoadError where it cannot be started.
   */
  launch(settings: WorkerSettings, listener: TransportListener): Transport;
  /** The part of the first call to a worker that describes this process. */
  describeHost(): Pick<BootRequest, 'tsNode' | 'parent'>;
  /** Whether a value can be sent to such a worker and back. */
  readonly isCloneable: (value: unknown) => boolean;
}

/** One worker and the way to it. It carries values, in both directions, and does not know their meaning. */
export interface Transport {
  /**
   * Calls a method of the worker. Calls may overlap.
   *
   * @param transfer - The objects to move instead of copying them, ports of messages included. A process gets copies.
   * @returns the number of the call.
   * @throws whatever the structured clone of something that cannot be sent throws; the worker never sees that call.
   */
  send(
    method: keyof WorkerMethods,
    request: unknown,
    caller: Caller,
    transfer: readonly Transferable[] | undefined,
  ): number;
  /** Forgets a call that will have no answer. */
  forget(call: number): void;
  /** Opens the way of single calls, which go beside the others. To be called once. */
  openCalls(listener: CallChannelListener): CallChannel;
  /** Lets the worker keep this process alive. */
  ref(): void;
  /** Lets this process end, though the worker lives. */
  unref(): void;
  /** Asks the worker to end by itself. */
  terminate(): void;
  /** Ends the worker at once, whatever it does. */
  kill(): void;
}

/** The way of single calls to one worker. */
export interface CallChannel {
  /** Shared with a thread; undefined for other workers. */
  readonly cells: CallCells | undefined;
  /** What the worker has to be told of the channel, before the first message; undefined where there is nothing to tell. */
  readonly connection: ConnectRequest | undefined;
  /** Resolves when the worker has exited, and all that it has sent has been heard. */
  readonly drained: Promise<void>;
  /** @throws whatever the structured clone of something that cannot be sent throws; the worker never sees that message. */
  send(message: readonly unknown[], transfer: readonly Transferable[] | undefined): void;
}

/** Is told what comes by a channel of single calls. */
export interface CallChannelListener {
  message(message: unknown): void;
  unreadable(reason: unknown): void;
}

/** Receives the messages of a worker that belong to one call. */
export interface Caller {
  event(value: unknown): void;
  unreadableEvent(reason: unknown): void;
  answer(value: unknown): void;
  unreadableAnswer(reason: unknown): void;
  /** The worker ends without an answer. */
  lost(cause: unknown): void;
}

/** Is told what happens to a worker, apart from its calls. */
export interface TransportListener {
  /** The worker could not read a call, and does not answer it. */
  refused(reason: unknown): void;
  /** A message of the worker could not be read, and does not say to which call it belonged. */
  unreadable(reason: unknown): void;
  wroteToStderr(text: string): void;
  /** An error that ends the worker. */
  failed(error: unknown): void;
  /** The worker has exited: the last that is told. */
  exited(exitCode: number | undefined, signal: string | undefined): void;
}
