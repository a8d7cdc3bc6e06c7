/// <reference lib="esnext.disposable" preserve="true" />
import { checkMs } from '../../../../util/check.ts';
import { named } from '../../../../util/named.ts';
import { takeOptions } from '../../../../util/takeOptions.ts';
import type { Pool } from '../../../pool.ts';
import type { TaskMachine } from './TaskMachine.ts';

/**
 * A machine that serves tasks, made by {@link serveTasks}.
 *
 * @see {@link QueuePool.machines$}, where programs see it.
 */
export class TaskServer {
  static {
    named(this, 'TaskServer');
  }

  private readonly machine: TaskMachine;
  private readonly pool: Pool;
  private readonly graceMs: number;
  private closing: Promise<void> | undefined;

  constructor(machine: TaskMachine, pool: Pool, graceMs: number) {
    this.machine = machine;
    this.pool = pool;
    this.graceMs = graceMs;
  }

  /** How many chunks it holds. */
  get running(): number {
    return this.machine.running;
  }

  /**
   * Takes no more chunks, and gives those it holds time to end: `graceMs` milliseconds, from 0. Those that do not end in
   * time run on other machines. Closes its pool then. Idempotent: the first call says how much time.
   *
   * @defaultValue the `graceMs` of {@link ServeConfig}
   */
  async close(options: { readonly graceMs?: number } = {}): Promise<void> {
    const { graceMs = this.graceMs } = takeOptions(options, ['graceMs']);
    checkMs('graceMs', graceMs, 0);
    this.closing ??= this.end(graceMs);
    await this.closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private async end(graceMs: number): Promise<void> {
    await this.machine.close(graceMs);
    await this.pool.close();
  }
}
