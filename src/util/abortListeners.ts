import { abortReason } from './abortReason.ts';

/** Something that has to know when a signal aborts. */
export interface Abortable {
  aborted(reason: unknown): void;
}

/** All that listen to one signal, by one listener: Node warns of more than ten, and looks through them to remove one. */
class SharedListener {
  private readonly signal: AbortSignal;
  private readonly all = new Set<Abortable>();

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  add(one: Abortable): void {
    this.all.add(one);
  }

  /** Whether none is left. */
  remove(one: Abortable): boolean {
    this.all.delete(one);
    return this.all.size === 0;
  }

  /** As the signal calls it. */
  handleEvent(): void {
    const reason = abortReason(this.signal);
    // One may leave while another is told.
    for (const one of [...this.all]) if (this.all.has(one)) one.aborted(reason);
  }
}

/** A signal is forgotten with the last that listens to it. */
const listeners = new Map<AbortSignal, SharedListener>();

/** Tells when a signal aborts, until {@link stopListening}. */
export function listenToAbort(signal: AbortSignal, one: Abortable): void {
  let listener = listeners.get(signal);
  if (listener === undefined) {
    listener = new SharedListener(signal);
    listeners.set(signal, listener);
    signal.addEventListener('abort', listener);
  }
  listener.add(one);
}

/** Tells no more. */
export function stopListening(signal: AbortSignal, one: Abortable): void {
  const listener = listeners.get(signal);
  if (listener?.remove(one) !== true) return;
  listeners.delete(signal);
  signal.removeEventListener('abort', listener);
}
