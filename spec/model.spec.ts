import { expect } from 'chai';
import fc from 'fast-check';
import { concatMap, EMPTY, map, merge, throwError, timer, type Observable } from 'rxjs';
import { parallelMap } from '../src/operators/parallelMap.ts';
import { parallel$ } from '../src/operators/parallelObservable.ts';
import { VirtualPool } from '../src/pools/VirtualPool.ts';
import { ParallelError } from '../src/tasks/errors.ts';
import { reference, type ModelItem, type ModelRun, type Said } from './support/reference.ts';
import { note, virtually, type Note } from './support/virtually.ts';

/** One of four fails. */
const item: fc.Arbitrary<ModelItem> = fc.record({
  arrival: fc.nat(12),
  duration: fc.nat(8),
  fails: fc.nat(3).map((n) => n === 3),
});

const run: fc.Arbitrary<ModelRun> = fc
  .record({
    items: fc.array(item, { maxLength: 14, size: 'max' }),
    gap: fc.nat(4),
    breaks: fc.nat(3).map((n) => n === 3),
    pulled: fc.boolean(),
    workers: fc.integer({ min: 1, max: 4 }),
    chunkSize: fc.constantFrom(1, 2, 3, 7),
    bufferSize: fc.constantFrom(1, 2, 3, 5, Infinity),
    ordered: fc.boolean(),
    pause: fc.constantFrom(0, 0, 1, 3),
    timeout: fc.constantFrom(Infinity, Infinity, 3, 6),
    onError: fc.constantFrom('throw', 'return', 'skip'),
  })
  .map(({ items, gap, ...rest }) => {
    const inTime = items.toSorted((a, b) => a.arrival - b.arrival);
    return { ...rest, items: inTime, end: (inTime.at(-1)?.arrival ?? 0) + gap };
  });

/** A source in virtual time. */
const sourceOf = ({ items, end, breaks }: ModelRun): Observable<ModelItem> =>
  merge(
    ...items.map((one) => timer(one.arrival).pipe(map(() => one))),
    timer(end).pipe(concatMap(() => (breaks ? throwError(() => new Error('of the source')) : EMPTY))),
  );

/** What the run itself says. */
function actual(model: ModelRun): readonly Said[] {
  const { items, workers, pulled, chunkSize, bufferSize, ordered, pause, timeout, onError } = model;
  const task = ({ fails }: ModelItem): string => {
    if (fails) throw new Error('of the task');
    return 'ok';
  };
  let notes: readonly Note<readonly [index: number, result: unknown]>[] = [];
  virtually((scheduler, { flush }) => {
    const pool = new VirtualPool({ workers, duration: ({ duration }: ModelItem) => duration });
    const config = { pool, chunkSize, bufferSize, ordered, pause, timeout, onError };
    notes = note(
      pulled ? parallel$(task, items.values(), config) : sourceOf(model).pipe(parallelMap(task, config)),
      scheduler,
    );
    flush();
    expect(scheduler.actions).to.deep.equal([]);
  });
  return notes.map(({ frame, kind, value, error }) => {
    if (kind === 'complete') return [frame, kind];
    if (kind === 'error')
      return [frame, error instanceof ParallelError ? `error at ${String(error.index)}` : String(error)];
    const [index, result] = value ?? [NaN];
    return [frame, result === 'ok' ? String(index) : `failed ${String(index)}`];
  });
}

describe('the model', () => {
  it('says what a plain simulation says, frame by frame, in a thousand random runs', () => {
    fc.assert(
      fc.property(run, (model) => {
        expect(actual(model)).to.deep.equal(reference(model));
      }),
      { numRuns: 1000, seed: 20_240_229 },
    );
  });
});
