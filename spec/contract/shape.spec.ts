/**
 * The rules that every operator and pool keeps, by their numbers, on the pools of this thread and of virtual time.
 * allRules.spec.ts sees to it that all of them run. What each pool has to do for them is in pools/contract.spec.ts; what
 * needs a program of its own, as the end of rule 14, in exit.spec.ts.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { defer, from, observable, of } from 'rxjs';
import { parallel } from '../../src/operators/parallel.ts';
import { parallelIterable } from '../../src/operators/parallelIterable.ts';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { parallel$ } from '../../src/operators/parallelObservable.ts';
import type { Pool } from '../../src/pools/pool.ts';
import { checkedFiles, compileErrors } from '../support/compileErrors.ts';
import { marbles } from '../support/marbles.ts';
import { record } from '../support/record.ts';
import { errorsInBrief, letterPool, PAIRS, upper, upperBut } from '../support/virtual.ts';
import { note, virtually } from '../support/virtually.ts';
import { workerKinds } from '../support/workerKinds.ts';
import { onWorkerStart } from '../support/workersStarted.ts';
import { wrongOptions } from '../support/wrongOptions.ts';
import { product, optionNames } from '../support/product.ts';

describe('the contract: shape and laziness', () => {
  it(
    '1. an operator on two sources shares no state, and indices restart at 0 in each',
    marbles(({ hot, expectObservable }) => {
      const operator = parallelMap(upper, { pool: letterPool(4) });

      expectObservable(hot('-a-b|').pipe(operator)).toBe('--A-(B|)', PAIRS);
      expectObservable(hot('--a-|').pipe(operator)).toBe('---A|', PAIRS);
    }),
  );

  it('2. nothing happens before subscribe', () => {
    let touched = 0;
    const touch = (): never => {
      touched += 1;
      throw new Error('touched');
    };
    const pool: Pool = { size: 1, run$: touch, close: touch };

    void defer(touch).pipe(parallelMap(upper, { pool }));
    void parallel$(upper, { [Symbol.iterator]: touch }, { pool });
    void parallel$(upper, { [Symbol.asyncIterator]: touch }, { pool });
    parallelIterable(upper, { [Symbol.iterator]: touch }, { pool });
    const stop = onWorkerStart(() => (touched += 1));
    for (const kind of workerKinds) {
      void parallelMap(upper, { pool: kind });
      void parallel$(upper, ['a'], { pool: kind });
      parallelIterable(upper, ['a'], { pool: kind });
    }
    stop();
    expect(touched).to.equal(0);
  });

  it('3. the source is subscribed to once per subscription, synchronously', () => {
    for (const options of product)
      virtually((scheduler, { hot, expectSubscriptions }) => {
        const source$ = hot('-ab---|');
        const result$ = source$.pipe(parallelMap(upper, { ...options, pool: letterPool(4) }));

        note(result$, scheduler);
        expect(source$.subscriptions).to.have.length(1);
        note(result$, scheduler);
        expectSubscriptions(source$.subscriptions).toBe(['^-----!', '^-----!']);
      });
  });

  it(
    '4. two subscriptions of one result are independent',
    marbles(({ cold, expectObservable }) => {
      const result$ = cold('-ab|').pipe(parallelMap(upperBut('b'), { pool: letterPool(4) }), errorsInBrief());
      const error = 'TaskError at 1: RangeError: b is bad';

      expectObservable(result$).toBe('        --A#', PAIRS, error);
      expectObservable(result$, '---^').toBe('-----A#', PAIRS, error);
      expectObservable(result$, '--^--!').toBe('----A', PAIRS);
    }),
  );

  it('5. bad options throw at the call, with name, expectation and offender; workers: 0 is serial and never hangs', async () => {
    const wrong: typeof wrongOptions = [
      ...wrongOptions,
      [{ retry: -1 }, RangeError, 'retry must be an integer from 0, Infinity or an object, not -1'],
      [{ crashRetries: 0.5 }, RangeError, 'crashRetries must be an integer from 0, not 0.5'],
    ];
    const said = wrong.map(([, , message]) => message).join('\n');
    for (const name of optionNames()) expect(said).to.match(new RegExp(`^${name} must be `, 'm'));
    for (const [options, ErrorClass, message] of wrong) {
      const given = options as never;
      const error = await parallel(upper, [], given).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(ErrorClass).with.property('message').that.includes(message);
      expect(() => parallelMap(upper, given)).to.throw(ErrorClass, message);
      expect(() => parallel$(upper, [], given)).to.throw(ErrorClass, message);
      expect(() => parallelIterable(upper, [], given)).to.throw(ErrorClass, message);
    }
    for (const options of product)
      expect(await parallel(upper, ['a', 'b'], { ...options, workers: 0 })).to.deep.equal(['A', 'B']);
  });

  it('6. defaults cost no timer and no frame', () => {
    const scheduler = {
      now: () => 0,
      schedule: () => {
        throw new Error('a timer');
      },
    };
    const { values, completions } = record(of(1, 2).pipe(parallelMap((n) => n + 1, { pool: 'local', scheduler })));

    expect(values).to.deep.equal([
      [0, 2],
      [1, 3],
    ]);
    expect(completions).to.equal(1);
    virtually((virtual) => {
      note(of('a', 'b').pipe(parallelMap(upper, { pool: letterPool(2) })), virtual);
      expect(virtual.actions).to.have.length(2);
    });
  });

  it('7. output types are inferred, also for generators; wrong task names or argument types do not compile', () => {
    const right = [
      "import { of, type OperatorFunction } from 'rxjs';",
      "import { parallel, parallelMap, tasks, type Indexed } from 'rxjs-parallel';",
      'type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;',
      'const words = function* (line: string): Generator<string> { yield line; };',
      'const sized = async (line: string, by: number): Promise<number> => line.length * by;',
      "const t = tasks<{ double: (n: number) => number }>(new URL('file:///tasks.js'));",
      'const mapped = parallelMap(words);',
      'const a: Same<typeof mapped, OperatorFunction<string, Indexed<string>>> = true;',
      "const all = parallel(sized, ['a'], { args: [2] });",
      'const b: Same<typeof all, Promise<number[]>> = true;',
      'of(1).pipe(parallelMap(t.double));',
    ];
    const wrong = [
      'const c: Same<typeof mapped, OperatorFunction<string, Indexed<Generator<string>>>> = true;',
      'const d: Same<typeof all, Promise<string[]>> = true;',
      'of(1).pipe(parallelMap(t.dubble));',
      "of('a').pipe(parallelMap(t.double));",
      "parallel(sized, ['a'], { args: ['2'] });",
      "parallel(sized, ['a']);",
      'parallel(sized, [1], { args: [2] });',
    ];
    expect(compileErrors([...right, ...wrong])).to.deep.equal(wrong);

    // The other types are in types, which the compiler sees.
    const folder = fileURLToPath(new URL('../types/', import.meta.url));
    const specs = readdirSync(folder).filter((name) => name.endsWith('.spec-d.ts'));
    expect(specs).to.include.members(['operators.spec-d.ts', 'pools.spec-d.ts', 'tasks.spec-d.ts']);
    expect(checkedFiles()).to.include.members(specs.map((name) => `${folder}${name}`));
  }).timeout(60_000);

  it(
    '8. interop sources work, and so does pipe',
    marbles(({ cold, expectObservable }) => {
      const foreign = { [observable]: () => cold('-ab|') } as never;
      const operator = parallelMap(upper, { pool: letterPool(2) });

      expectObservable(from(foreign).pipe(operator)).toBe('--A(B|)', PAIRS);
      expectObservable(operator(foreign)).toBe('--A(B|)', PAIRS);
      expectObservable(parallel$(upper, foreign, { pool: letterPool(2) })).toBe('--A(B|)', PAIRS);
    }),
  );
});
