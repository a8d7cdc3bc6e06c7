import type { SchedulerLike } from 'rxjs';
import type { Clock } from '../../pools/queue/engine/Clock.ts';
import type { Engine, MachineLink, ParentLink, QueueNames } from '../../pools/queue/engine/Engine.ts';
import { REAL_CLOCK } from '../../pools/queue/engine/realClock.ts';
import { named } from '../../util/named.ts';
import { takeOptions } from '../../util/takeOptions.ts';
import { MemoryBroker } from './MemoryBroker.ts';
import type { Fate, MemoryMessage } from './Fate.ts';
import { MemoryMachine } from './MemoryMachine.ts';
import { MemoryParent } from './MemoryParent.ts';
import { schedulerClock } from './schedulerClock.ts';

/** Settings of a {@link MemoryEngine}. */
export interface MemoryEngineConfig {
  /** The clock of locks, expiries and retries, such as a scheduler of virtual time. @defaultValue the real time */
  readonly scheduler?: SchedulerLike;
  /** Says what becomes of each message on its way. @defaultValue all arrive once, at once */
  readonly fate?: (message: MemoryMessage) => Fate | undefined;
}

/**
 * A queue in this process, in place of BullMQ on Redis: for tests of programs that use {@link QueuePool}, and for tests of
 * faults. It has locks that expire, chunks that stall, streams that are gone when they are not renewed, and loses or repeats
 * messages when it is told to.
 *
 * @experimental
 * @example A pool and a machine in one test
 * ```ts
 * const engine = new MemoryEngine();
 * const modules = { images: new URL('./images.ts', import.meta.url) };
 * const server = await serveTasks({ engine, modules, pool: new ThreadPool({ workers: 2 }) });
 * const pool = await QueuePool.connect({ engine, modules });
 * ```
 *
 * @see {@link VirtualPool} for tests of what does not run on other machines.
 */
export class MemoryEngine implements Engine {
  static {
    named(this, 'MemoryEngine');
  }

  readonly clock: Clock;
  private readonly broker: MemoryBroker;
  private readonly machines: MemoryMachine[] = [];

  constructor(config: MemoryEngineConfig = {}) {
    const { scheduler, fate } = takeOptions(config, ['scheduler', 'fate']);
    this.clock = scheduler === undefined ? REAL_CLOCK : schedulerClock(scheduler);
    this.broker = new MemoryBroker(this.clock, fate ?? (() => undefined));
  }

  openParent({ queue }: QueueNames): Promise<ParentLink> {
    return Promise.resolve(new MemoryParent(this.broker, this.broker.queue(queue)));
  }

  openMachine({ queue }: QueueNames): Promise<MachineLink> {
    const machine = new MemoryMachine(this.broker, this.broker.queue(queue));
    this.machines.push(machine);
    return Promise.resolve(machine);
  }

  /** Takes the locks of all chunks that machines hold: the chunks come again, although their machines still run them. */
  loseLocks(): void {
    this.broker.loseLocks();
  }

  /** Forgets everything, as a server does that is started again without its memory. */
  forgetAll(): void {
    this.broker.forgetAll();
  }

  /** Cuts a machine off. @param nth - Which, in the order in which they were opened, from 0. */
  cutOff(nth: number): void {
    this.machines[nth]?.setCut(true);
  }

  /** Connects a machine again that was cut off. */
  reconnect(nth: number): void {
    this.machines[nth]?.setCut(false);
  }

  /** How many streams, values and chunks there are now. */
  get contents(): { readonly streams: number; readonly values: number; readonly chunks: number } {
    return this.broker.contents;
  }
}
