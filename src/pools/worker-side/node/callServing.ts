import type { MessagePort as NodePort } from 'node:worker_threads';
import { clockOriginMs } from '../../../platform/node/clockOriginMs.ts';
import type { CodedError } from '../../../tasks/errors/CodedError.ts';
import { builtInsWork } from '../../../util/builtInsWork.ts';
import type { WorkerKind } from '../../pool.ts';
import { CallCells } from '../../wire/CallCells.ts';
import type { CallRequest, RecallRequest, StopRequest } from '../../wire/callMessages.ts';
import type { ConnectRequest } from '../../wire/messages.ts';
import { pack, unpack } from '../../wire/node/codec.ts';
import { CallServer } from '../CallServer.ts';
import type { TaskServer } from '../TaskServer.ts';
import { sendMessage, stayOpen } from './endpoint.ts';
import { exit, mendDelivery } from './ownProcess.ts';

/** Serves the single calls of a pool. */
export interface CallServing {
  /** Connects a thread to its pool: it receives calls by a port, and shares memory with the pool. */
  connect(request: ConnectRequest): void;
  /** Receives calls of a process, which come as bytes. */
  readonly receive: (bytes: Uint8Array) => void;
  reportExit(exitCode: number, uncaught?: { readonly error: unknown }): void;
}

type Message = CallRequest | StopRequest | RecallRequest;

/**
 * Serves single calls in this thread or process.
 *
 * @param waitForOutput - Returns a promise of the end of pending output, or undefined if none is pending.
 */
export function callServing(
  kind: WorkerKind,
  tasks: TaskServer,
  encode: (thrown: unknown) => CodedError,
  waitForOutput: (() => Promise<void> | undefined) | undefined,
): CallServing {
  let server: CallServer | undefined;
  const start = (
    post: (message: readonly unknown[], transfers: readonly Transferable[]) => void,
    cells: CallCells | undefined,
  ): CallServer =>
    new CallServer(
      {
        post,
        encode,
        taskOf: (run) => tasks.taskOf(run),
        probe: mendDelivery,
        printed: () => waitForOutput?.(),
        checkHealth: () => {
          stayOpen();
          if (!builtInsWork()) exit(0);
        },
      },
      cells,
    );

  return {
    connect: ({ port, memory }) => {
      const own = port as unknown as NodePort;
      // Read now, since a task may replace it later.
      const post = own.postMessage.bind(own);
      const connected = start(
        (message, transfers) => {
          if (transfers.length === 0) post(message);
          else post(message, transfers as never);
        },
        new CallCells(clockOriginMs(), memory),
      );
      server = connected;
      own.on('message', (message: Message) => {
        connected.receive(message);
      });
      own.on('messageerror', () => {
        connected.refuse();
      });
      own.unref();
    },
    receive: (bytes) => {
      server ??= start((message) => {
        sendMessage(pack(kind, message));
      }, undefined);
      let message: Message;
      try {
        message = unpack(kind, bytes) as Message;
      } catch {
        server.refuse();
        return;
      }
      server.receive(message);
    },
    reportExit: (exitCode, uncaught) => {
      server?.reportExit(exitCode, uncaught);
    },
  };
}
