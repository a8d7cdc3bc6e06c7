import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import type { QueuePool } from '../../../src/bullmq.ts';
import { parallel } from '../../../src/operators/parallel.ts';
import { pooled } from '../../../src/operators/pooled.ts';
import { tasks } from '../../../src/tasks/tasks.ts';
import { scratch } from '../scratch.ts';
import { until } from '../until.ts';
import type * as live from './machineTasks.ts';

export const priorityTasksUrl = new URL('./machineTasks.ts', import.meta.url);
const t = tasks<typeof live>(priorityTasksUrl);

/** A run with a priority, of a program of its own whose pool has a priority, too. */
interface Waiting {
  readonly name: string;
  readonly ofRun?: number;
  readonly ofPool?: number;
}

/**
 * Specifies which of the chunks of several programs goes first.
 *
 * @param connect - Opens a pool of the one machine that serves, which runs one chunk at a time.
 */
export function testPriority(connect: (priority: number | undefined) => Promise<QueuePool>): void {
  const log = scratch();

  const orderOf = async (all: readonly Waiting[]): Promise<readonly string[]> => {
    const [first, ...others] = await Promise.all([undefined, ...all.map(({ ofPool }) => ofPool)].map(connect));
    const blocked = parallel(t.untilFile, [log.file], { pool: first as QueuePool });
    await until(() => first?.size === 1);
    while ((await (first as QueuePool).depth()).active < 1);
    const ended: string[] = [];
    const runs: Promise<unknown>[] = [];
    for (const [at, { name, ofRun }] of all.entries()) {
      const pool = others[at] as QueuePool;
      const config = { pool, ...(ofRun === undefined ? {} : { priority: ofRun }) };
      runs.push(parallel(t.same, [name], config).then(([result = '']) => ended.push(result)));
      while ((await pool.depth()).waiting <= at);
    }
    writeFileSync(log.file, '');
    await Promise.all([blocked, ...runs]);
    return ended;
  };

  it('runs the chunks of the highest priority of a run first, whichever program has put them into the queue', async () => {
    const order = await orderOf([
      { name: 'low', ofRun: -1 },
      { name: 'unset' },
      { name: 'high', ofRun: 2 },
      { name: 'higher', ofRun: 1e12 },
      { name: 'lowest', ofRun: -1e12 },
    ]);
    expect(order).to.deep.equal(['higher', 'high', 'unset', 'low', 'lowest']);
  });

  it('keeps the order in which chunks of the same priority came', async () => {
    const order = await orderOf([
      { name: 'a', ofRun: 3 },
      { name: 'b', ofRun: 3 },
      { name: 'c', ofRun: 3 },
      { name: 'd' },
      { name: 'e' },
    ]);
    expect(order).to.deep.equal(['a', 'b', 'c', 'd', 'e']);
  });

  it('lets chunks of a pool with a lower number go first, and adds up the priorities of pool and run', async () => {
    const order = await orderOf([
      { name: 'last', ofPool: 5 },
      { name: 'second', ofPool: 5, ofRun: 4 },
      { name: 'first', ofPool: 0 },
      { name: 'third', ofPool: 3 },
    ]);
    expect(order).to.deep.equal(['first', 'second', 'third', 'last']);
  });

  it('lets single calls of a higher priority go first, too', async () => {
    const pool = await connect(undefined);
    const call = pooled(t.untilFile, { pool });
    const same = pooled(t.same, { pool });
    const blocked = call(log.file);
    while ((await pool.depth()).active < 1);
    const ended: string[] = [];
    const note = (name: string): void => void ended.push(name);
    const calls = [same('low').then(note), same('high', { priority: 1 }).then(note)];
    writeFileSync(log.file, '');
    await Promise.all([blocked, ...calls]);
    expect(ended).to.deep.equal(['high', 'low']);
  });
}
