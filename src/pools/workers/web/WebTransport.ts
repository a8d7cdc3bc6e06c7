import { afterMicrotask } from '../../../platform/time/afterMicrotasks.ts';
import { messageOf } from '../../../util/messageOf.ts';
import type { Loaded } from '../../wire/messages.ts';
import { isOurs, type FromWorker, type ToWorker } from '../../wire/web/messages.ts';
import type { CallChannel, CallChannelListener, Caller, Transport, TransportListener } from '../Transport.ts';
import { explainRefusal, POLICY_TO_CHECK } from './explainRefusal.ts';
import { LockWatch } from './LockWatch.ts';
import { onPageHide } from './onPageHide.ts';

const NOT_LOADED = `its script could not be loaded, or parsed; the console says more. Is it built, and served as JavaScript? ${POLICY_TO_CHECK}`;

/** A `Worker` of a browser. Nothing is sent before its script serves: an import there may take long. */
export class WebTransport implements Transport {
  private readonly listener: TransportListener;
  private readonly watch = new LockWatch(() => {
    this.end(1);
  });
  private readonly callers = new Map<number, Caller>();
  private waiting: (() => void)[] | undefined = [];
  private worker: Worker | undefined;
  private singles: CallChannelListener | undefined;
  private lastId = 0;
  private isEnded = false;
  private isIdle = false;
  /** An idle worker ends with its page: its lock would keep a browser from restoring the page later. */
  private readonly stay = onPageHide(() => {
    if (this.isIdle) this.end(0);
  });
  private drain: () => void = () => undefined;

  constructor(started: Worker | Promise<Worker>, listener: TransportListener) {
    this.listener = listener;
    if ('then' in started)
      started.then(
        (worker) => {
          if (this.isEnded) worker.terminate();
          else this.listen(worker);
        },
        (error: unknown) => {
          this.failToLoad(explainRefusal(error), error);
        },
      );
    else this.listen(started);
  }

  send(
    method: Extract<ToWorker, { rxjsParallel: 'call' }>['method'],
    request: unknown,
    caller: Caller,
    transfer: readonly Transferable[] | undefined,
  ): number {
    const id = (this.lastId += 1);
    this.callers.set(id, caller);
    try {
      this.post({ rxjsParallel: 'call', id, method, request }, transfer);
    } catch (reason) {
      this.forget(id);
      throw reason;
    }
    return id;
  }

  forget(call: number): void {
    this.callers.delete(call);
  }

  openCalls(listener: CallChannelListener): CallChannel {
    this.singles = listener;
    return {
      cells: undefined,
      connection: undefined,
      drained: new Promise((resolve) => {
        this.drain = resolve;
      }),
      send: (message, transfer) => {
        this.post({ rxjsParallel: 'single', message }, transfer);
      },
    };
  }

  ref(): void {
    this.isIdle = false;
    // Only Bun has it.
    (this.worker as { ref?: () => void } | undefined)?.ref?.();
  }

  unref(): void {
    this.isIdle = true;
    (this.worker as { unref?: () => void } | undefined)?.unref?.();
  }

  terminate(): void {
    this.end(0);
  }

  kill(): void {
    this.end(1);
  }

  private post(message: ToWorker, transfer: readonly Transferable[] = []): void {
    if (this.waiting === undefined) this.worker?.postMessage(message, [...transfer]);
    else this.waiting.push(() => this.worker?.postMessage(message, [...transfer]));
  }

  private listen(worker: Worker): void {
    this.worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent) => {
      if (!this.isEnded && isOurs(data)) this.receive(data as FromWorker);
    });
    worker.addEventListener('messageerror', () => {
      const reason = new Error('a message of the worker cannot be read here');
      this.listener.unreadable(reason);
      this.singles?.unreadable(reason);
    });
    worker.addEventListener('error', (event: Event & Partial<ErrorEvent>) => {
      // A worker that serves reports its errors itself, and ends.
      event.preventDefault();
      if (this.waiting !== undefined) this.failToLoad(event.message ?? NOT_LOADED, event.error);
    });
  }

  private receive(message: FromWorker): void {
    switch (message.rxjsParallel) {
      case 'hello':
        this.watch.expect(message.lock);
        this.begin();
        break;
      case 'locked':
        this.watch.begin();
        break;
      case 'event':
        this.callers.get(message.id)?.event(message.value);
        break;
      case 'answer':
        this.callers.get(message.id)?.answer(message.value);
        this.callers.delete(message.id);
        break;
      case 'single':
        this.singles?.message(message.message);
        break;
      case 'refused':
        // Otherwise the worker has all calls, and the message was one of the program.
        if (this.lastId > message.after) this.listener.refused(new Error(message.reason));
        break;
      case 'exit':
        this.end(message.exitCode);
        break;
    }
  }

  /** The script serves: it is sent what has waited for that. */
  private begin(): void {
    const { waiting = [] } = this;
    this.waiting = undefined;
    try {
      for (const send of waiting) send();
    } catch (reason) {
      this.answerAll(messageOf(reason), reason);
    }
  }

  private failToLoad(reason: string, cause: unknown): void {
    this.answerAll(`a worker thread cannot be started: ${reason}`, cause);
    this.end(1);
  }

  /** Only the first call, to boot the worker, waits for it to serve. */
  private answerAll(message: string, cause: unknown): void {
    const answer: Loaded = { ok: false, message, cause: { root: { is: cause }, nodes: [] } };
    for (const caller of this.callers.values()) caller.answer(answer);
    this.callers.clear();
  }

  private end(exitCode: number): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.watch.stop();
    this.stay();
    this.worker?.terminate();
    afterMicrotask(() => {
      for (const caller of this.callers.values()) caller.exited(undefined);
      this.callers.clear();
      this.drain();
      this.listener.exited(exitCode, undefined);
    });
  }
}
