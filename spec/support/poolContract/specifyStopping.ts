import { expect } from 'chai';
import { take } from 'rxjs';
import { record } from '../record.ts';
import type { Scratch } from '../scratch.ts';
import { Gate } from './Gate.ts';
import { HANG } from './poolTasks.ts';
import type { PoolBench } from './PoolBench.ts';
import type { PoolTraits, Specify } from './PoolTraits.ts';

/** What a pool does when it is told to stop. */
export function specifyStopping(bench: PoolBench, specify: Specify, { promises }: PoolTraits, log: Scratch): void {
  const { t } = bench;
  const waiting = promises ? t.noteAndWait : t.note;

  describe('and of a job that is cancelled', () => {
    it('says nothing more of it', async () => {
      const gate = new Gate();
      const run = record(bench.job$(t.double, [1, 2, 3], gate).pipe(take(1)));
      const left = record(bench.job$(waiting, [HANG], { args: [log.file] }));
      await gate.reached;
      gate.open();
      await bench.ended(run);
      bench.flush();
      await log.has('begun');
      left.subscription.unsubscribe();
      await log.has('told to stop');
      await bench.pass();
      expect(run.values).to.have.length(1);
      expect(left).to.deep.include({ values: [], errors: [], completions: 0 });
    });

    it('has all its workers afterwards, whenever that was', async () => {
      for (let n = 0; n < 3 * bench.pool.size; n += 1) {
        const atOnce = record(bench.job$(t.double, [n]));
        const gate = new Gate();
        const atGate = record(bench.job$(t.double, [n], gate));
        atOnce.subscription.unsubscribe();
        await gate.reached;
        atGate.subscription.unsubscribe();
        atGate.subscription.unsubscribe();
        expect(gate.observed).to.equal(false);
        await bench.end(bench.job$(t.double, [1, 2, 3]).pipe(take(1)));
        const ended = await bench.end(bench.job$(t.double, [n]));
        ended.subscription.unsubscribe();
      }
      await bench.fill();
    });

    it('tells its task to stop, and has its worker then', async () => {
      const run = record(bench.job$(waiting, [HANG], { args: [log.file] }));
      bench.flush();
      await log.has('begun');
      run.subscription.unsubscribe();
      await log.has('told to stop');
      expect(log.lines()).to.deep.equal(['begun', 'told to stop']);
      await bench.fill();
    });

    it('starts none of its items that wait', async () => {
      const run = record(bench.job$(waiting, [HANG, 'a', 'b'], { args: [log.file] }));
      bench.flush();
      await log.has('begun');
      run.subscription.unsubscribe();
      await bench.fill();
      expect(log.lines()).to.deep.equal(['begun', 'told to stop']);
    });

    it('closes its generator', async () => {
      const { values } = await bench.end(bench.run$(t.count, [0], { args: [log.file] }).pipe(take(3)));
      expect(values).to.deep.equal([1, 2, 3].map((step) => [0, step]));
      await log.has('closed');
      await bench.fill();
    });

    specify('ends a task that never gives its thread back', ['terminate'], async () => {
      const config = { args: [log.file], timeout: 100, onError: 'skip', workers: 1, chunkSize: 3 };
      const { values } = await bench.run(t.loop, ['a', HANG, 'b'], config);
      expect(values).to.deep.equal([
        [0, 'a'],
        [2, 'b'],
      ]);
      await bench.fill();
    });

    specify('never throws, also when its worker dies of it, or is dead', ['crash'], async () => {
      const run = record(bench.job$(t.dieWhenTold, [1], { args: [log.file] }));
      await log.has('begun');
      run.subscription.unsubscribe();
      const dead = record(bench.run$(t.dieUntil, [9], { crashRetries: 0, onError: 'return' }));
      while (dead.values.length === 0) await bench.pass();
      dead.subscription.unsubscribe();
      await bench.fill();
      expect(run).to.deep.include({ values: [], errors: [], completions: 0 });
    });
  });
}
