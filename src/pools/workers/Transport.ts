import type { Script } from '../../tasks/script/Script.ts';
import type { AnyTask } from '../../tasks/Task.ts';
import type { WorkerKind } from '../pool.ts';
import type { CallCells } from '../wire/CallCells.ts';
import type { BootRequest, ConnectRequest, WorkerMethods } from '../wire/messages.ts';

/** The settings of a worker's thread or process. */
export interface WorkerSettings {
  /** The name of the pool. */
  readonly name: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>> | undefined;
  readonly execArgv: readonly string[] | undefined;
  readonly memoryMb: number | undefined;
  /** The time that the worker has to end by itself before it is killed, in milliseconds. */
  readonly graceMs: number;
}

/** Starts workers of one kind on one platform. All differences between kinds and platforms are in its implementations. */
export interface WorkerLauncher {
  readonly kind: WorkerKind;
  /** The options of pools that its platform does not have, with the reason. */
  readonly unsupported: Readonly<Partial<Record<string, string>>>;
  /** The script of the workers, for messages. */
  readonly script: string;
  /**
   * Starts a worker.
   *
   * @param listener - Receives the events of the worker, never before this method returns.
   * @param script - The result of {@link scriptFor}.
   * @throws TaskLoadError if the worker cannot be started.
   */
  launch(settings: WorkerSettings, listener: TransportListener, script?: Script): Transport;
  /** The script that a worker needs for a task; undefined for the common one. Only where workers have several. */
  scriptFor?(task: AnyTask): Script | undefined;
  /** The part of the boot request that describes this process. */
  describeHost(): Pick<BootRequest, 'tsNode' | 'parent'>;
  /** Whether a value can be sent to such a worker and back. */
  readonly isCloneable: (value: unknown) => boolean;
  /** The line of a worker's output to stderr that tells why it died; undefined if no line does. Only where there is a stderr. */
  readonly reasonIn?: (stderr: string) => string | undefined;
}

/** One worker and the connection to it, which carries values in both directions and does not know their meaning. */
export interface Transport {
  /**
   * Calls a method of the worker. Calls may overlap.
   *
   * @param transfer - The objects to move instead of copying them, including message ports. A process gets copies.
   * @returns the number of the call.
   * @throws the error of structured clone if the request cannot be sent. The worker never receives that call.
   */
  send(
    method: keyof WorkerMethods,
    request: unknown,
    caller: Caller,
    transfer: readonly Transferable[] | undefined,
  ): number;
  /** Forgets a call that will get no answer. */
  forget(call: number): void;
  /** Opens the channel for single calls, which are separate from those of `send`. Call it once. */
  openCalls(listener: CallChannelListener): CallChannel;
  /** Makes the worker keep this process alive. */
  ref(): void;
  /** Lets this process end although the worker lives. */
  unref(): void;
  /** Asks the worker to end by itself. */
  terminate(): void;
  /** Ends the worker at once, even while a task blocks it. */
  kill(): void;
}

/** The channel for single calls to one worker. */
export interface CallChannel {
  /** The memory shared with a thread; undefined for other workers. */
  readonly cells: CallCells | undefined;
  /** The request that connects the worker to the channel, sent before the first message; undefined if none is needed. */
  readonly connection: ConnectRequest | undefined;
  /** Resolves when the worker has exited and all its messages have been received. */
  readonly drained: Promise<void>;
  /** @throws the error of structured clone if the message cannot be sent. The worker never receives that message. */
  send(message: readonly unknown[], transfer: readonly Transferable[] | undefined): void;
}

/** Receives the messages of a channel for single calls. */
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
  /** The worker has ended without an answer. */
  exited(cause: unknown): void;
}

/** Receives the events of a worker that belong to no call. */
export interface TransportListener {
  /** The worker could not read a call and does not answer it. */
  refused(reason: unknown): void;
  /** A message of the worker could not be read. Its call is unknown. */
  unreadable(reason: unknown): void;
  wroteToStderr(text: string): void;
  /** An error that ends the worker. */
  failed(error: unknown): void;
  /** The worker has exited. No event follows. */
  exited(exitCode: number | undefined, signal: string | undefined): void;
}
