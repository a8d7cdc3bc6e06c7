import { expect } from 'chai';
import { BehaviorSubject, defer, of, tap } from 'rxjs';
import type { Job, Settlements } from '../../../src/pools/pool.ts';
import { TaskError } from '../../../src/tasks/errors/errors.ts';
import { record } from '../record.ts';
import type { Scratch } from '../scratch.ts';
import { Gate } from './Gate.ts';
import { outcomesOf } from './outcomesOf.ts';
import type { PoolBench } from './PoolBench.ts';
import type { PoolTraits, Specify } from './PoolTraits.ts';

/** What a pool does with a job, at the seam. */
export function specifyJobs(bench: PoolBench, specify: Specify, traits: PoolTraits, log: Scratch): void {
  const { closures, messagesAhead = 1 } = traits;
  const { t } = bench;
  const some = Array.from({ length: 100 }, (_, n) => n);

  describe('and of a job', () => {
    it('has a size, an integer from 1', () => {
      expect(Number.isInteger(bench.pool.size)).to.equal(true);
      expect(bench.pool.size).to.be.at.least(1);
    });

    it('does nothing before it is subscribed to, and all of it again each time', async () => {
      let asked = 0;
      const gate$ = defer(() => of((asked += 1)));
      const job$ = bench.job$(t.double, [1], { gate$ });
      await bench.pass();
      expect(asked).to.equal(0);

      const runs = [await bench.end(job$), await bench.end(job$)];
      expect(runs.map(({ values }) => outcomesOf(values))).to.deep.equal([[2], [2]]);
      expect(asked).to.equal(2);
    });

    it('settles each item once, in order, and completes', async () => {
      for (const items of [[7], [7, 8], some]) {
        const run = await bench.end(bench.job$(t.double, items));
        expect(run).to.deep.include({ errors: [], completions: 1 });
        expect(outcomesOf(run.values)).to.deep.equal(items.map((n) => 2 * n));
      }
    });

    it('waits at its gate for the first value, and asks once for all its items', async () => {
      const gate = new Gate();
      const run = record(bench.job$(t.double, [1, 2, 3], gate));
      await gate.reached;
      await bench.pass();
      expect(run.values).to.deep.equal([]);

      gate.open();
      await bench.ended(run);
      expect(outcomesOf(run.values)).to.deep.equal([2, 4, 6]);
      expect([gate.asked, gate.observed]).to.deep.equal([1, false]);
    });

    it('runs as many at once as its size says, and no more', () => bench.fill());

    it('tells a task its index and its attempt', async () => {
      const run = await bench.end(bench.job$(t.whoAmI, ['a', 'b'], { first: 7, attempt: 3 }));
      expect(outcomesOf(run.values)).to.deep.equal([
        [7, 3],
        [8, 3],
      ]);
    });

    it('tells a task its index where the items are not consecutive', async () => {
      const indices = [7, 9, 12];
      const run = await bench.end(bench.job$(t.whoAmI, ['a', 'b', 'c'], { first: 7, indices, attempt: 2 }));
      expect(run).to.deep.include({ errors: [], completions: 1 });
      expect(outcomesOf(run.values)).to.deep.equal(indices.map((index) => [index, 2]));
    });

    it('passes the arguments after the item', async () => {
      const args = [new Map([[1, 'one']]), '.'];
      const run = await bench.end(bench.job$(t.withArgs, [1, 2], { args }));
      expect(outcomesOf(run.values)).to.deep.equal(['one.', '.']);
    });

    it('tells which item has failed, and at which attempt, and loses none beside it', async () => {
      const run = await bench.end(bench.job$(t.failOnThirds, [1, 2, 3, 5, 6], { first: 10, attempt: 2 }));
      expect(run).to.deep.include({ errors: [], completions: 1 });
      const [one, two, three, five, six] = outcomesOf(run.values);
      expect([one, three, six]).to.deep.equal([2, 6, 12]);
      expect(two).to.be.instanceOf(TaskError).and.include({ index: 11, item: 2, attempts: 2 });
      expect(five).to.be.instanceOf(TaskError).and.include({ index: 13, item: 5, attempts: 2 });
    });

    it('tells the index of what has failed where the items are not consecutive', async () => {
      const indices = [10, 15, 16, 18];
      const run = await bench.end(bench.job$(t.failOnThirds, [1, 2, 3, 5], { first: 10, indices, attempt: 2 }));
      expect(run).to.deep.include({ errors: [], completions: 1 });
      const [one, two, three, five] = outcomesOf(run.values);
      expect([one, three]).to.deep.equal([2, 6]);
      expect(two).to.be.instanceOf(TaskError).and.include({ index: 15, item: 2, attempts: 2 });
      expect(two).to.have.property('message').that.includes('on item 15');
      expect(five).to.be.instanceOf(TaskError).and.include({ index: 18, item: 5, attempts: 2 });
    });

    it('tells what generators yield where the items are not consecutive', async () => {
      const run = await bench.end(bench.job$(t.countTo, [2, 0, 3], { first: 4, indices: [4, 6, 9] }));
      expect(outcomesOf(run.values)).to.deep.equal([[1, 2], [], [1, 2, 3]]);
    });

    it('tells what a generator yields, in order, to the last, and when it ends', async () => {
      const run = await bench.end(bench.job$(t.countTo, [2, 0, 3, 500]));
      expect(outcomesOf(run.values)).to.deep.equal([
        [1, 2],
        [],
        [1, 2, 3],
        Array.from({ length: 500 }, (_, n) => n + 1),
      ]);
    });

    specify('waits for promises, and asks async generators', ['promises'], async () => {
      const results = await bench.end(bench.job$(t.sameLater, ['a', undefined]));
      expect(outcomesOf(results.values)).to.deep.equal(['a', undefined]);
      const yields = await bench.end(bench.job$(t.countLater, [2, 0]));
      expect(outcomesOf(yields.values)).to.deep.equal([[1, 2], []]);
    });

    it('asks a generator for no more while nothing flows, and goes on when it does', async () => {
      const flowing$ = new BehaviorSubject(true);
      const come: (() => void)[] = [];
      const messages: Settlements<unknown>[] = [];
      const stop = tap((message: Settlements<unknown>) => {
        flowing$.next(false);
        messages.push(message);
        come.shift()?.();
      });
      const next = (): Promise<void> => new Promise((resolve) => come.push(resolve));
      const more: Partial<Job<never>> = { flowing$, args: [log.file] };

      const ahead = Array.from({ length: messagesAhead }, next);
      const run = record(bench.job$(t.count, [0], more).pipe(stop));
      try {
        bench.flush();
        await Promise.all(ahead);
        await bench.pass();
        const asked = log.lines().length;
        const told = messages.length;
        await bench.pass();
        expect(log.lines()).to.have.length(asked);
        expect(messages).to.have.length(told);
        expect(told).to.equal(messagesAhead);
        // A task in a worker learns of it later, and has been asked for some more values by then.
        expect(asked).to.be.at.most(closures ? 1 : 100 * messagesAhead);

        const second = next();
        flowing$.next(true);
        bench.flush();
        await second;
        const yields = messages.flatMap((message) => message.yields?.values ?? []);
        expect(yields).to.deep.equal(yields.map((_, step) => step + 1));
      } finally {
        // Its worker is free for the tests that follow, whatever has failed.
        run.subscription.unsubscribe();
      }
      await log.has('closed');
    });
  });
}
