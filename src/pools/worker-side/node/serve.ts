import { isMainThread } from 'node:worker_threads';
import { eventLoopTurn } from '../../../platform/time/eventLoopTurn.ts';
import { isCloneable } from '../../wire/node/isCloneable.ts';
import type { CodedError } from '../../../tasks/errors/CodedError.ts';
import { encodeError } from '../../../tasks/errors/encodeError.ts';
import { parentRunsTsNode } from '../../../tasks/module/node/typeScript.ts';
import { builtInsWork } from '../../../util/builtInsWork.ts';
import { openEndpoint, sendAnswer, sendMessage, sendEvent, stayOpen, type Call } from './endpoint.ts';
import { callServing } from './callServing.ts';
import { markWorker } from '../insideWorker.ts';
import { dropMessagesOfTasks, exit, listen, mendDelivery } from './ownProcess.ts';
import { pack, unpack } from '../../wire/node/codec.ts';
import { printed } from './printed.ts';
import { ANSWERED, UNREADABLE_REQUEST, type UnreadableRequest, type WorkerMethods } from '../../wire/messages.ts';
import { watchParent } from './watchParent.ts';
import { TaskServer } from '../TaskServer.ts';

/** Answers the calls of a pool; runs inside the worker. */
export function serve(): void {
  const kind = isMainThread ? 'process' : 'thread';
  const cloneable = isCloneable(kind);
  const waitForOutput = isMainThread ? undefined : printed([process.stdout, process.stderr]);
  const complain = console.error.bind(console);
  /** The call to which events belong. */
  let current = 0;
  /** The last call whose answer was part of an event. */
  let answered = 0;

  const encode = (thrown: unknown): CodedError => {
    if (!builtInsWork()) throw new Error('a task has replaced built-in functions');
    return encodeError(thrown, cloneable);
  };
  const server = new TaskServer({
    encode,
    emit: (event, transfers) => {
      sendEvent(current, pack(kind, event), transfers);
    },
    recover: async () => {
      const mend = mendDelivery();
      await eventLoopTurn();
      mend();
      stayOpen();
      await waitForOutput?.();
      return builtInsWork();
    },
    answerAgain: (reply) => {
      sendAnswer(answered, pack(kind, reply));
    },
    exit: () => {
      exit(0);
    },
  });
  const serveCalls = callServing(kind, server, encode, waitForOutput);
  const methods: WorkerMethods = {
    boot: (request) => {
      if (kind === 'process') watchParent(request.parent);
      parentRunsTsNode(request.tsNode);
      return server.boot(request);
    },
    open: (request) => server.open(request),
    teardown: () => server.teardown(),
    connect: (request) => {
      serveCalls.connect(request);
    },
    forget: (runs) => {
      server.forget(runs);
    },
    batch: (request) => server.batch(request),
    pull: (request) => server.pull(request),
    stop: (batch) => server.stop(batch),
  };
  const byName = Object.assign(Object.create(null), methods) as Partial<Record<string, Method>>;

  const die = (error: unknown): void => {
    try {
      server.reportExit(1, error);
      serveCalls.reportExit(1, { error });
      complain(error);
    } finally {
      exit(1);
    }
  };
  const answer = async ({ id, method, params }: Call): Promise<void> => {
    const called = byName[method];
    if (called === undefined) {
      // workerpool calls its own `methods` when it starts a worker.
      sendAnswer(id, []);
      return;
    }
    let request: unknown;
    try {
      request = unpack(kind, params[0]);
    } catch (error) {
      refuse(error);
      return;
    }
    if (method !== 'stop' && method !== 'forget') current = id;
    try {
      const value = await called(request);
      if (value === ANSWERED) answered = id;
      else sendAnswer(id, pack(kind, value));
    } catch (error) {
      die(error);
    }
  };

  markWorker();
  if (kind === 'process') {
    printAtOnce();
    dropMessagesOfTasks();
  }
  listen('exit', (exitCode: number) => {
    server.reportExit(exitCode);
    serveCalls.reportExit(exitCode);
  });
  listen('uncaughtException', die);
  openEndpoint((call) => void answer(call), refuse, serveCalls.receive);
}

type Method = (request: unknown) => unknown;

/** Reports a request that cannot be read, so that the pool does not wait for its answer. */
function refuse(reason: unknown): void {
  const refusal: UnreadableRequest = { [UNREADABLE_REQUEST]: (reason as Error).message };
  sendMessage(refusal);
}

/**
 * Makes a process block until its output has been read. Otherwise its exit loses pending output: most of a long output, and
 * the reason of a crash. Node offers no other way: https://nodejs.org/api/process.html#a-note-on-process-io
 */
function printAtOnce(): void {
  for (const stream of [process.stdout, process.stderr] as readonly Piped[]) stream._handle?.setBlocking?.(true);
}

interface Piped {
  readonly _handle?: { readonly setBlocking?: (blocking: boolean) => void };
}
