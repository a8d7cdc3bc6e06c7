/// <reference lib="esnext.disposable" preserve="true" />
import { checkMs } from '../../../../util/check.ts';
import { named } from '../../../../util/named.ts';
import { takeOptions } from '../../../../util/takeOptions.ts';
import type { Pool } from '../../../pool.ts';
import type { TaskMachine } from './TaskMachine.ts';

/**
 * A machine that serves tasks, made by {@link serveTasks}.
 *
 * @see {@link QueuePool.machines$}, by which programs see their machines.
 */
export class MachineServer {
  static {
    named(this, 'MachineServer');
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

  /** The number of chunks that the server holds. */
  get running(): number {
    return this.machine.running;
  }

  /**
   * Takes no more chunks, and gives its chunks `graceMs` to end, in milliseconds, from 0. Other machines run those that have
   * not ended. Then the server closes its pool. Idempotent: the `graceMs` of the first call counts.
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
