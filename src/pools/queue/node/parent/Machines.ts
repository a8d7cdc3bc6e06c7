import { BehaviorSubject, distinctUntilChanged, map, type Observable } from 'rxjs';
import type { Clock } from '../../engine/Clock.ts';
import type { MachineState } from '../protocol/messages.ts';

/**
 * A machine that serves a pool.
 *
 * @see {@link QueuePool.machines$}
 */
export interface Machine {
  /** The unique name of the machine. */
  readonly id: string;
  /** The name of its host. */
  readonly host: string;
  /** The pid of its process. */
  readonly pid: number;
  /** The number of items that it runs at once. */
  readonly threads: number;
  /** The number of chunks of all programs that it held when it last reported its state. */
  readonly running: number;
}

interface KnownMachine {
  state: MachineState;
  receivedAtMs: number;
}

/** The machines that have sent messages. They bound the number of jobs at once, but never decide whether a chunk is lost. */
export class Machines {
  /** Emits the machines at once, and again after each change. */
  readonly machines$: Observable<readonly Machine[]>;
  /** The number of chunks that all machines can hold together; 1 without a machine. */
  readonly capacity$: Observable<number>;
  private readonly known = new Map<string, KnownMachine>();
  private readonly list$ = new BehaviorSubject<readonly (Machine & MachineState)[]>([]);
  private readonly clock: Clock;
  private readonly forMs: number;
  private lastMs: number;

  /** @param forMs - The time after its last message for which a machine is kept. */
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

  /** The time of the last message of any machine. */
  get receivedAtMs(): number {
    return this.lastMs;
  }

  /** A machine has sent a message. @param state - The state of the machine, if the message has it. */
  receive(id: string, state?: MachineState): void {
    const receivedAtMs = this.clock.now();
    this.lastMs = receivedAtMs;
    const known = this.known.get(id);
    if (known !== undefined) known.receivedAtMs = receivedAtMs;
    if (state === undefined) return;
    const before = known?.state;
    if (known === undefined) this.known.set(id, { state, receivedAtMs });
    else known.state = state;
    if (before?.running !== state.running || before.capacity !== state.capacity) this.publish();
  }

  forget(id: string): void {
    if (this.known.delete(id)) this.publish();
  }

  /** Forgets machines without a message for `forMs`. */
  expire(): void {
    const beforeMs = this.clock.now() - this.forMs;
    for (const [id, { receivedAtMs }] of this.known) if (receivedAtMs < beforeMs) this.forget(id);
  }

  close(): void {
    this.list$.complete();
  }

  private publish(): void {
    this.list$.next([...this.known].map(([id, { state }]) => ({ id, ...state })));
  }
}

function capacityOf(machines: readonly MachineState[]): number {
  return Math.max(
    1,
    machines.reduce((sum, { capacity }) => sum + capacity, 0),
  );
}
