import { eventLoopTurn } from '../../../platform/time/eventLoopTurn.ts';
import type { CodedError } from '../../../tasks/errors/CodedError.ts';
import { encodeError } from '../../../tasks/errors/encodeError.ts';
import { builtInsWork } from '../../../util/builtInsWork.ts';
import type { CallRequest, StopRequest } from '../../wire/callMessages.ts';
import { ANSWERED, type WorkerMethods } from '../../wire/messages.ts';
import { isCloneable } from '../../wire/web/isCloneable.ts';
import { isOurs, type FromWorker, type ToWorker } from '../../wire/web/messages.ts';
import { CallServer } from '../CallServer.ts';
import { markWorker } from '../insideWorker.ts';
import { TaskServer } from '../TaskServer.ts';
import { holdLock } from './holdLock.ts';
import type { WorkerScope } from './ownScope.ts';

/** Answers the calls of a pool in this worker, from now on. */
export function serveCalls(scope: WorkerScope): void {
  /** The call that may emit. */
  let current = 0;
  /** The last call that was received. */
  let received = 0;
  /** The last call whose answer was part of an event. */
  let answered = 0;
  const send = (message: FromWorker, transfers?: readonly Transferable[]): void => {
    if (transfers === undefined || transfers.length === 0) scope.post(message);
    else scope.post(message, transfers);
  };
  const encode = (thrown: unknown): CodedError => {
    if (!builtInsWork()) throw new Error('a task has replaced what is built in');
    return encodeError(thrown, isCloneable);
  };
  const tasks = new TaskServer({
    encode,
    emit: (value, transfers) => {
      send({ rxjsParallel: 'event', id: current, value }, transfers);
    },
    recover: async () => {
      await eventLoopTurn();
      return builtInsWork();
    },
    answerAgain: (value) => {
      send({ rxjsParallel: 'answer', id: answered, value });
    },
    exit: () => {
      exit(0);
    },
  });
  const singles = new CallServer(
    {
      post: (message, transfers) => {
        send({ rxjsParallel: 'single', message }, transfers);
      },
      encode,
      taskOf: (run) => tasks.taskOf(run),
      probe: () => () => undefined,
      printed: () => undefined,
      checkHealth: () => {
        if (!builtInsWork()) exit(0);
      },
    },
    undefined,
  );

  /** Says why this worker ends, and ends it. */
  const exit = (exitCode: number, ...uncaught: [error?: unknown]): void => {
    try {
      tasks.reportExit(exitCode, ...uncaught);
      singles.reportExit(exitCode, uncaught.length === 0 ? undefined : { error: uncaught[0] });
    } finally {
      send({ rxjsParallel: 'exit', exitCode });
      scope.close();
    }
  };
  const methods: Omit<WorkerMethods, 'connect'> = {
    boot: (request) => tasks.boot(request),
    open: (request) => tasks.open(request),
    teardown: () => tasks.teardown(),
    forget: (runs) => {
      tasks.forget(runs);
    },
    batch: (request) => tasks.batch(request),
    pull: (request) => tasks.pull(request),
    stop: (batch) => tasks.stop(batch),
  };
  const byName = Object.assign(Object.create(null), methods) as Partial<Record<string, Method>>;
  const answer = async (id: number, method: string, request: unknown): Promise<void> => {
    received = id;
    const called = byName[method];
    if (called === undefined) return;
    if (method !== 'stop' && method !== 'forget') current = id;
    try {
      const value = await called(request);
      if (value === ANSWERED) answered = id;
      else send({ rxjsParallel: 'answer', id, value });
    } catch (error) {
      exit(1, error);
    }
  };

  markWorker();
  scope.replaceClose(() => {
    exit(0);
  });
  scope.listen('error', ({ error, message }: ErrorEvent) => {
    exit(1, error ?? new Error(message));
  });
  scope.listen('unhandledrejection', ({ reason }: PromiseRejectionEvent) => {
    exit(1, reason);
  });
  scope.listen('messageerror', () => {
    send({ rxjsParallel: 'refused', after: received, reason: 'it cannot be read there' });
    singles.refuse();
  });
  scope.listen('message', ({ data }: MessageEvent) => {
    if (!isOurs(data)) return;
    const message = data as ToWorker;
    if (message.rxjsParallel === 'single') singles.receive(message.message as CallRequest | StopRequest);
    else void answer(message.id, message.method, message.request);
  });
  holdLock(scope.locks, send);
}

type Method = (request: unknown) => unknown;
