import { expect } from 'chai';
import { from, Subject } from 'rxjs';
import { parallelGen } from '../../src/operators/parallelGen.ts';
import { parallelIterable } from '../../src/operators/parallelIterable.ts';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { parallel$ } from '../../src/operators/parallelObservable.ts';
import { LocalPool } from '../../src/pools/local/LocalPool.ts';
import { VirtualPool } from '../../src/testing/VirtualPool.ts';
import { TaskError } from '../../src/tasks/errors/errors.ts';
import { HandPool } from '../support/HandPool.ts';
import { record } from '../support/record.ts';
import { note, valuesOf, virtually } from '../support/virtually.ts';

/** A pool of two, on which an item `run.index` runs as it is drawn here, by its attempts. */
const drawn = (diagrams: Readonly<Record<string, readonly string[]>>): VirtualPool =>
  new VirtualPool({
    workers: 2,
    marble: (item: string, attempt) => {
      const own = diagrams[item.slice(1)] ?? ['-(r|)'];
      return own[Math.min(attempt, own.length) - 1] ?? '';
    },
  });

const itemsOf = (run: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${run}${String(index)}`);

describe('the contract: several runs on one pool', () => {
  for (const [what, first] of [
    ['crashes', '-x'],
    ['fails', '-#'],
    ['is late', '-----'],
  ] as const)
    for (const delay of [0, 2])
      for (const runs of [
        ['a', 'b'],
        ['a', 'b', 'c'],
      ] as const)
        it(`${String(runs.length)} of generators end, where the first item of each ${what}, and comes again ${String(delay)} frames later`, () => {
          virtually((scheduler, { flush }) => {
            const pool = drawn({ 0: [first, '-p-q|'], 1: ['-p-q|'] });
            const config = { pool, ordered: true, timeout: 3, retry: { count: 1, delay } };
            const notes = runs.map((run) =>
              note(
                parallel$((item: string) => item, itemsOf(run, 2), config),
                scheduler,
              ),
            );

            flush();
            for (const one of notes) {
              const letters = [0, 1].flatMap((index) => ['p', 'q'].map((letter) => [index, letter]));
              expect(valuesOf(one)).to.deep.equal(letters);
              expect(one.at(-1)?.kind).to.equal('complete');
            }
          });
        });

  it('two of generators end, where items wait for their keys and none fails', () => {
    virtually((scheduler, { flush }) => {
      const pool = drawn({ 0: ['--p-q|'], 1: ['--p-q|'], 2: ['-p-q-s|'] });
      const config = { pool, ordered: true, partitionBy: (item: string) => item.endsWith('2') };
      const notes = ['a', 'b'].map((run) =>
        note(
          parallel$((item: string) => item, itemsOf(run, 3), config),
          scheduler,
        ),
      );

      flush();
      for (const one of notes) expect(one.at(-1)?.kind).to.equal('complete');
    });
  });

  it('two of processors end, in order, whichever batch has a worker', () => {
    virtually((scheduler, { flush }) => {
      const pool = new VirtualPool({
        workers: 2,
        marble: (batch: readonly number[]) => (batch[0] === 0 ? '---pq|' : '-pq|'),
      });
      const notes = [0, 1].map(() =>
        note(
          from([0, 1, 2, 3]).pipe(
            parallelGen(
              function* (batch: readonly number[]) {
                yield* batch;
              },
              { pool, batchSize: 2, ordered: true },
            ),
          ),
          scheduler,
        ),
      );

      flush();
      for (const one of notes) {
        expect(valuesOf(one).map(([index]) => index)).to.deep.equal([0, 1, 2, 3]);
        expect(one.at(-1)?.kind).to.equal('complete');
      }
    });
  });

  it('one ends where another is cancelled while both wait for workers', () => {
    virtually((scheduler, { flush }) => {
      const pool = drawn({ 0: ['-#', '-p-q|'], 1: ['-p-q|'] });
      const config = { pool, ordered: true, retry: { count: 1, delay: 2 } };
      const left = parallel$((item: string) => item, itemsOf('a', 2), config).subscribe();
      const stays = note(
        parallel$((item: string) => item, itemsOf('b', 2), config),
        scheduler,
      );
      scheduler.schedule(() => {
        left.unsubscribe();
      }, 4);

      flush();
      expect(stays.at(-1)?.kind).to.equal('complete');
      expect(scheduler.actions).to.deep.equal([]);
    });
  });

  it('two that are pulled end, each for its own consumer', async () => {
    const pool = new LocalPool({ workers: 2 });
    const failed = new Set<string>();
    const task = function* (item: string): Generator<string> {
      if (item.endsWith('0') && !failed.has(item)) {
        failed.add(item);
        throw new RangeError('not yet');
      }
      yield* ['p', 'q'];
    };
    const again$ = new Subject<void>();
    const config = { pool, ordered: true, retry: { count: 1, delay: () => again$ } };
    const pull = async (run: string): Promise<unknown[]> => {
      const results: unknown[] = [];
      for await (const result of parallelIterable(task, itemsOf(run, 2), config)) results.push(result);
      return results;
    };

    const both = Promise.all([pull('a'), pull('b')]);
    expect(failed.size).to.equal(2);
    again$.next();
    const all = [0, 1].flatMap((index) => ['p', 'q'].map((letter) => [index, letter]));
    expect(await both).to.deep.equal([all, all]);
  });

  it('a generator waits for its turn as long as each item before it has a worker, and goes on when one has none', () => {
    const notYet = new TaskError('not yet', { index: 0, item: 0, attempts: 1 });
    const pool = new HandPool(3);
    record(parallel$((n: number) => n, [0, 1, 2], { pool, ordered: true, retry: 1 }));
    const flows: boolean[] = [];
    for (const job of pool.jobs) job.gate$.subscribe();
    pool.jobs[1]?.flowing$.subscribe((flowing) => flows.push(flowing));

    expect(flows).to.deep.equal([true]);
    pool.answers[1]?.({ from: 0, values: [], yields: { values: ['p'], ended: false } });
    expect(flows).to.deep.equal([true, false]);
    pool.answers[0]?.({ from: 0, values: [undefined], errors: [[0, notYet]] });
    pool.ends[0]?.();
    expect(pool.jobs).to.have.length(4);
    expect(flows).to.deep.equal([true, false, true]);
    pool.jobs[3]?.gate$.subscribe();
    expect(flows).to.deep.equal([true, false, true, false]);
  });

  it('an item after a generator that has no worker does not make it go on', () => {
    const pool = new HandPool(3);
    record(parallel$((n: number) => n, [0, 1, 2], { pool, ordered: true }));
    const flows: boolean[] = [];
    for (const job of pool.jobs.slice(0, 2)) job.gate$.subscribe();
    pool.jobs[1]?.flowing$.subscribe((flowing) => flows.push(flowing));

    pool.answers[1]?.({ from: 0, values: [], yields: { values: ['p'], ended: false } });
    expect(flows).to.deep.equal([true, false]);
  });

  for (const how of ['is cancelled', 'fails'])
    for (const ordered of [false, true])
      it(`one that ${how} begins no item in a place that it gives back, ${ordered ? 'in' : 'out of'} order`, () => {
        virtually((scheduler, { flush }) => {
          const begun: string[] = [];
          const pool = new VirtualPool({
            workers: 3,
            marble: (item: string) => {
              begun.push(item);
              return item === 'a0' ? '---#' : '---------(r|)';
            },
          });
          const other = note(from(['b0']).pipe(parallelMap((item) => item, { pool })), scheduler);
          const one = record(from(['a0', 'a1', 'a2', 'a3']).pipe(parallelMap((item) => item, { pool, ordered })));
          const next = note(from(['c0', 'c1']).pipe(parallelMap((item) => item, { pool })), scheduler);
          if (how === 'is cancelled')
            scheduler.schedule(() => {
              one.subscription.unsubscribe();
            }, 2);

          flush();
          expect(begun).to.deep.equal(['b0', 'a0', 'a1', 'c0', 'c1']);
          expect([other, next].map((notes) => notes.at(-1)?.kind)).to.deep.equal(['complete', 'complete']);
        });
      });
});
