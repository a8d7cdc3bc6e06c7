import { setImmediate as turn } from 'node:timers/promises';
import { VirtualTimeScheduler } from 'rxjs';
import { QueuePool, serveTasks, type MachineServer } from '../../../src/bullmq.ts';
import { LocalPool } from '../../../src/pools/local/LocalPool.ts';
import { tasks } from '../../../src/tasks/tasks.ts';
import { MemoryEngine, type Fate, type MemoryMessage } from '../../../src/testing.ts';
import type * as live from './machineTasks.ts';

const url = new URL('./machineTasks.ts', import.meta.url);
const modules = { machineTasks: url };
export const machineTasks = tasks<typeof live>(url);

/** The lock of chunks. */
export const LEASE_MS = 1000;
/** Turns of the event loop after which nothing more happens without time going on. */
const TURNS = 6;
/** So much happens in no run. */
const MAX_STEPS = 20_000;

/** A program and two machines in virtual time. */
export class VirtualMachines {
  readonly engine: MemoryEngine;
  readonly servers: MachineServer[] = [];
  private readonly scheduler = new VirtualTimeScheduler();
  private opened: QueuePool | undefined;

  constructor(fate?: (message: MemoryMessage) => Fate | undefined) {
    this.engine = new MemoryEngine({ scheduler: this.scheduler, ...(fate && { fate }) });
  }

  get pool(): QueuePool {
    if (this.opened === undefined) throw new Error('it is not open');
    return this.opened;
  }

  async open(): Promise<void> {
    const { engine } = this;
    for (let machine = 0; machine < 2; machine += 1) {
      const pool = new LocalPool({ workers: 2 });
      this.servers.push(await this.during(serveTasks({ engine, modules, leaseMs: LEASE_MS, ahead: 1, pool })));
    }
    this.opened = await this.during(
      QueuePool.connect({ engine, modules, leaseMs: LEASE_MS, workersTimeout: Infinity, graceMs: 10 }),
    );
  }

  /** Lets time go on until a promise has settled. Rejects where nothing is left that could settle it. */
  async during<T>(promise: Promise<T>): Promise<T> {
    const settled: true[] = [];
    const settle = (): void => {
      settled.push(true);
    };
    promise.then(settle, settle);
    for (let step = 0; step < MAX_STEPS; step += 1) {
      for (let turns = 0; turns < TURNS; turns += 1) await turn();
      if (settled.length > 0) return promise;
      this.step();
    }
    throw new Error('it hangs');
  }

  async close(): Promise<void> {
    await this.during(Promise.all([this.pool.close(), ...this.servers.map((server) => server.close({ graceMs: 10 }))]));
  }

  private step(): void {
    const { scheduler } = this;
    const action = scheduler.actions.shift();
    if (action === undefined) return;
    scheduler.frame = action.delay;
    action.execute(action.state, action.delay);
  }
}
