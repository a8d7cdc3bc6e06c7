import { BehaviorSubject, distinctUntilChanged, map, type Observable } from 'rxjs';
import type { Clock } from '../../engine/Clock.ts';
import type { MachineState } from '../protocol/messages.ts';

/**
 * A machine that serves a pool.
 *
 * @see {@link QueuePool.machines$}
 */
export interface Machine {
  /** Tells it from all others. */
  readonly id: string;
  /** The name of its host. */
  readonly host: string;
  /** The process on its host. */
  readonly pid: number;
  /** How many items it runs at once. */
  readonly threads: number;
  /** How many chunks it held when it was last heard of, of all programs. */
  readonly running: number;
}

interface Known extends MachineState {
  readonly heardAtMs: number;
}

/** The machines that have been heard of. For people, and for how many chunks are sent ahead: no chunk is lost by it. */
export class Machines {
  /** Emits them at once, and again with each change. */
  readonly machines$: Observable<readonly Machine[]>;
  /** How many chunks they hold together; 1 where there is none. */
  readonly capacity$: Observable<number>;
  private readonly known = new Map<string, Known>();
  private readonly list$ = new BehaviorSubject<readonly (Machine & MachineState)[]>([]);
  private readonly clock: Clock;
  private readonly forMs: number;
  private lastMs: number;

  /** @param forMs - How long a machine is known that is not heard of. */
  constructor(clock: Clock, forMs: number) {
    this.clock = clock;
    this.forMs = forMs;
    this.lastMs = clock.now();
    this.machines$ = this.list$.pipe(
      map((machines) => machines.map(({ id, host, pid, threads, running }) => ({ id, host, pid, threads, running }))),
    );
    this.capacity$ = this.list$.pipe(
      map((machines) => capacityOf(machines)),
      distinctUntilChanged(),
    );
  }

  get count(): number {
    return this.known.size;
  }

  get capacity(): number {
    return capacityOf(this.list$.value);
  }

  /** When any of them was last heard. */
  get heardAtMs(): number {
    return this.lastMs;
  }

  /** A machine has said something, and perhaps what it is. */
  hear(id: string, state?: MachineState): void {
    const heardAtMs = this.clock.now();
    this.lastMs = heardAtMs;
    const before = this.known.get(id);
    const now = state ?? before;
    if (now === undefined) return;
    this.known.set(id, { ...now, heardAtMs });
    if (before?.running !== now.running || before.capacity !== now.capacity) this.publish();
  }

  /** A machine is gone. */
  forget(id: string): void {
    if (this.known.delete(id)) this.publish();
  }

  /** Forgets those that have not been heard of for long. */
  expire(): void {
    const beforeMs = this.clock.now() - this.forMs;
    for (const [id, { heardAtMs }] of this.known) if (heardAtMs < beforeMs) this.forget(id);
  }

  close(): void {
    this.list$.complete();
  }

  private publish(): void {
    this.list$.next([...this.known].map(([id, state]) => ({ id, ...state })));
  }
}

function capacityOf(machines: readonly MachineState[]): number {
  return Math.max(
    1,
    machines.reduce((sum, { capacity }) => sum + capacity, 0),
  );
}
