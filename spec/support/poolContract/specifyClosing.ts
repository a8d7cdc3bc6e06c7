import { appendFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { NEVER } from 'rxjs';
import { parallelMap } from '../../../src/operators/parallelMap.ts';
import { PoolClosedError } from '../../../src/tasks/errors/errors.ts';
import { record } from '../record.ts';
import type { Scratch } from '../scratch.ts';
import { until } from '../until.ts';
import { outcomesOf } from './outcomesOf.ts';
import { HANG } from './poolTasks.ts';
import type { PoolBench } from './PoolBench.ts';
import type { PoolTraits, Specify } from './PoolTraits.ts';

/** How a pool ends. Each test has a pool of its own. */
export function specifyClosing(
  open: () => Promise<PoolBench>,
  specify: Specify,
  { promises }: PoolTraits,
  log: Scratch,
): void {
  describe('and when it is closed', () => {
    it('survives its runs, and then refuses what comes, whatever onError says', async () => {
      const bench = await open();
      const { t, pool } = bench;
      for (const source of [[1], []]) expect((await bench.run(t.double, source)).completions).to.equal(1);
      await bench.run(t.throwRich, [1]);
      record(bench.run$(t.double, [1, 2])).subscription.unsubscribe();
      await bench.fill();

      await Promise.all([pool.close(), pool.close()]);
      await pool.close();
      for (const onError of ['throw', 'return', 'skip']) {
        const late = await bench.run(t.double, [1], { onError });
        expect(late.values).to.deep.equal([]);
        expect(late.errors[0]).to.be.instanceOf(PoolClosedError);
      }
      const job = await bench.end(bench.job$(t.double, [1]));
      expect(job.errors[0]).to.be.instanceOf(PoolClosedError);
    });

    specify('lets what runs end first, and refuses others only then', ['promises'], async () => {
      const bench = await open();
      const { t, pool } = bench;
      const running = record(bench.job$(t.noteUntil, ['a'], { args: [log.file] }));
      await log.has('begun');
      const closed = pool.close();
      const late = record(bench.job$(t.double, [1]));
      let completed: number | undefined;
      late.subscription.add(() => (completed = running.completions));
      await turn();
      appendFileSync(log.file, 'go on\n');
      await bench.ended(running);
      await bench.ended(late);
      await closed;
      expect(outcomesOf(running.values)).to.deep.equal(['a']);
      expect(late.values).to.deep.equal([]);
      expect(late.errors[0]).to.be.instanceOf(PoolClosedError);
      expect(completed).to.equal(1);
    });

    it('fails what does not end in time, and starts nothing more', async () => {
      const bench = await open();
      const { t, pool } = bench;
      const waiting = promises ? t.noteAndWait : t.note;
      const items = Array.from({ length: pool.size + 3 }, () => HANG);
      const job = record(bench.job$(waiting, [HANG], { args: [log.file] }));
      const run = record(bench.run$(waiting, items, { args: [log.file], chunkSize: 1 }));
      const idle = record(NEVER.pipe(parallelMap(t.double, { pool })));
      bench.flush();
      await until(() => log.lines().length >= pool.size);

      await pool.close();
      for (const one of [job, run, idle]) await bench.ended(one);
      expect(run.values).to.deep.equal([]);
      for (const { errors } of [job, run, idle]) expect(errors[0]).to.be.instanceOf(PoolClosedError);
      expect(log.lines().filter((line) => line === 'begun')).to.have.length(pool.size);
    });
  });
}
