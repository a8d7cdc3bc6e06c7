/* eslint-disable @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-assignment -- The tasks give what no type would let pass. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { from, lastValueFrom, mergeAll, of, Subject, toArray } from 'rxjs';
import {
  LocalPool,
  parallel,
  parallel$,
  parallelMap,
  ProcessPool,
  tasks,
  TaskCloneError,
  TaskError,
  ThreadPool,
  type Pool,
} from '../../../src/index.ts';
import { VirtualPool } from '../../../src/testing.ts';
import { errorOf } from '../../support/settle.ts';
import { virtually } from '../../support/virtually.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- Each gives what no type would let pass.
type Anything = any;

const OBSERVABLE =
  'an Observable could not be cloned. Return its last value, lastValueFrom(...), or an array of all, lastValueFrom(....pipe(toArray()))';

const addOne = (n: number): number => n + 1;

const SOURCE = `
import { setTimeout } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { from, lastValueFrom, of, Subject, toArray, map } from '${import.meta.resolve('rxjs')}';
import { addOne } from './helpers.mjs';

export const wrong = {
  observable: (n) => of(n, 2 * n),
  piped: (n) => of(n).pipe(map((m) => m)),
  subject: () => new Subject(),
  promised: async (n) => { await setTimeout(1); return of(n); },
  held: (n) => ({ n, held: [of(n)] }),
  fn: (n) => () => n,
  method: (n) => new (class { n = n; call = () => 1; })(),
  inMap: (n) => new Map([[n, addOne]]),
  promise: (n) => ({ later: Promise.resolve(n) }),
  nodeStream: (n) => Readable.from([n]),
  asyncIterable: (n) => ({ async *[Symbol.asyncIterator]() { yield n; } }),
  yielded: function* (n) { yield n; yield of(n); },
  asyncYielded: async function* (n) { yield n; yield new Subject(); },
};
${[
  'observable',
  'piped',
  'subject',
  'promised',
  'held',
  'fn',
  'method',
  'inMap',
  'promise',
  'nodeStream',
  'asyncIterable',
  'yielded',
  'asyncYielded',
]
  .map((name) => `export const ${name} = wrong['${name}'];`)
  .join('\n')}

export const lastValue = (n) => lastValueFrom(wrong.observable(n));
export const allValues = (n) => lastValueFrom(wrong.observable(n).pipe(toArray()));
export const called = (n) => wrong.fn(n)();
export const awaited = async (n) => ({ later: await wrong.promise(n).later });
export async function* streamed(n) { yield* wrong.nodeStream(n); }
export async function* iterated(n) { yield* wrong.asyncIterable(n); }
export const instance = (n) => new (class { n = n; twice() { return 2 * this.n; } })();
export const rows = (n) => new (class { rows = [n]; async *[Symbol.asyncIterator]() { yield n; } })();
export const plusOne = (n) => addOne(n);
export const initialize = (name) => { globalThis[name] = addOne; };
export const useGlobal = (n, name) => globalThis[name](n);
`;

describe('what cannot be cloned', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rxjs-parallel-uncloneable-')));
  const file = join(folder, 'x.mjs');
  writeFileSync(join(folder, 'helpers.mjs'), 'export const addOne = (n) => n + 1;');
  writeFileSync(file, SOURCE);
  const t = tasks<Record<string, Anything>>(pathToFileURL(file)) as Record<string, Anything>;
  const pools: Readonly<Record<string, Pool>> = {
    'a thread': new ThreadPool({ workers: 1 }),
    'a process': new ProcessPool({ workers: 1 }),
  };
  after(async () => {
    await Promise.all(Object.values(pools).map((pool) => pool.close()));
    rmSync(folder, { recursive: true });
  });

  for (const [where, pool] of Object.entries(pools))
    describe(`in ${where}`, () => {
      const results = {
        observable: 'an Observable could not be cloned. Return its last value, lastValueFrom(...), or an array of all',
        piped: 'an Observable could not be cloned. Return its last value',
        subject: 'an Observable could not be cloned. Return its last value',
        promised: 'an Observable could not be cloned. Return its last value',
        held: 'an Observable at .held[0] could not be cloned. Return its last value',
        fn: 'a function could not be cloned. Call it in the task, and return its result',
        method: 'a function at .call could not be cloned. Call it in the task',
        inMap: 'a function at .get(...) could not be cloned. Call it in the task',
        promise: 'a promise at .later could not be cloned. Await it in the task',
        nodeStream: 'an async iterable could not be cloned. Write the task as an async generator that gives its values',
        asyncIterable: 'an async iterable could not be cloned. Write the task as an async generator',
        yielded: 'an Observable could not be cloned. Return its last value',
        asyncYielded: 'an Observable could not be cloned. Return its last value',
      };
      for (const [name, reason] of Object.entries(results))
        it(`names a result by its kind, and shows nothing of its source: ${name}`, async () => {
          const errors = await lastValueFrom(
            parallel$(t[name], [1, 2], { pool, onError: 'return', ordered: true }).pipe(toArray()),
          );
          const failed = errors.map(([, error]) => error).filter((error) => typeof error !== 'number');
          expect(failed).to.have.length(2);
          for (const [index, error] of failed.entries()) {
            expect(error).to.be.instanceOf(TaskCloneError).with.property('index', index);
            expect((error as Error).message).to.include(
              `the result of task ${name} for item ${String(index)} cannot be sent back: ${reason}`,
            );
            expect((error as Error).message).not.to.match(/=>|function \(/);
          }
        });

      it('is gone once its advice is followed, for results', async () => {
        const run = (name: string): Promise<unknown> =>
          lastValueFrom(parallel$(t[name], [3, 4], { pool, ordered: true }).pipe(toArray()));
        const pairs = (a: unknown, b: unknown): unknown[] => [
          [0, a],
          [1, b],
        ];
        expect(await run('lastValue')).to.deep.equal(pairs(6, 8));
        expect(await run('allValues')).to.deep.equal(pairs([3, 6], [4, 8]));
        expect(await run('called')).to.deep.equal(pairs(3, 4));
        expect(await run('awaited')).to.deep.equal(pairs({ later: 3 }, { later: 4 }));
        expect(await run('streamed')).to.deep.equal(pairs(3, 4));
        expect(await run('iterated')).to.deep.equal(pairs(3, 4));
      });

      it('is not what has only methods, or more than they give', async () => {
        expect(await parallel(t.instance, [3, 4], { pool })).to.deep.equal([{ n: 3 }, { n: 4 }]);
        expect(await parallel(t.rows, [3, 4], { pool })).to.deep.equal([{ rows: [3] }, { rows: [4] }]);
      });

      it('names an item or an argument by its kind, and says what to do', async () => {
        const same = (value: unknown): unknown => value;
        for (const [value, reason] of [
          [addOne, 'a function could not be cloned. Write it in the task, or export the task from a module'],
          [{ a: [addOne] }, 'a function at .a[0] could not be cloned. Write it in the task'],
          [Promise.resolve(1), 'a promise could not be cloned. Await it first'],
          [of(1), 'an Observable could not be cloned. Give its values, as mergeAll() does'],
          [
            (async function* () {
              await Promise.resolve();
              yield 1;
            })(),
            'an async iterable could not be cloned. Read it first',
          ],
        ] as const) {
          const errors = await parallel(same, [1, value], { pool, onError: 'return' });
          expect(errors[1]).to.be.instanceOf(TaskCloneError).with.property('index', 1);
          expect((errors[1] as Error).message).to.include(reason);
          const atArgs = reason.replace(/(an?\s\w+(?: iterable)?)(?: at (\S+))? could/, '$1 at [0]$2 could');
          expect(await errorOf(parallel(((n: number) => n) as Anything, [1], { pool, args: [value] } as Anything)))
            .to.be.instanceOf(TaskCloneError)
            .with.property('message')
            .that.includes(atArgs);
        }
      });

      it('is gone once its advice is followed, for items and arguments', async () => {
        const within = (n: number): number => {
          const addOne = (m: number): number => m + 1;
          return addOne(n);
        };
        expect(await parallel(within, [1, 2], { pool })).to.deep.equal([2, 3]);
        expect(await parallel(t.plusOne, [1, 2], { pool })).to.deep.equal([2, 3]);
        const double = (n: number): number => 2 * n;
        expect(
          await parallel(double, await Promise.all([Promise.resolve(1), Promise.resolve(2)]), { pool }),
        ).to.deep.equal([2, 4]);
        expect(await parallel(double, [await lastValueFrom(of(1, 2)), 3], { pool })).to.deep.equal([4, 6]);
        expect(
          await lastValueFrom(
            from([of(1, 2), of(3)]).pipe(mergeAll(), parallelMap(double, { pool, ordered: true }), toArray()),
          ),
        ).to.deep.equal([
          [0, 2],
          [1, 4],
          [2, 6],
        ]);
      });

      it('says of a variable that is not there to export the task first, and of data alone to pass it', async () => {
        const factor = 2;
        const message = async (task: (n: number) => unknown): Promise<string> => {
          const error = await errorOf(parallel(task, [1, 2], { pool }));
          expect(error).to.be.instanceOf(TaskError);
          return (error as Error).message;
        };
        const advice = (name: string): string =>
          `${name} is not defined in the worker: the task "anonymous" was sent there as its source text, without the ` +
          "variables around it. Either export the task from a module and use tasks(new URL('./x.js', import.meta.url)), in " +
          "CommonJS tasks(join(__dirname, 'x.js')), or, if " +
          `${name} is data, take it as a parameter and pass it in \`args\``;
        expect(await message((n) => addOne(n))).to.include(advice('addOne'));
        expect(await message((n) => n * factor)).to.include(advice('factor'));

        expect(await parallel(t.plusOne, [1, 2], { pool })).to.deep.equal([2, 3]);
        expect(await parallel((n: number, m: number) => n * m, [1, 2], { pool, args: [factor] })).to.deep.equal([2, 4]);
      });
    });

  for (const [kind, Pool] of Object.entries({ thread: ThreadPool, process: ProcessPool }))
    it(`is no argument of an initializer of a ${kind}, until the advice is followed`, async () => {
      expect(() => new Pool({ initializer: (f: Anything) => typeof f, initArgs: [{ f: addOne }] })).to.throw(
        TaskCloneError,
        `initArgs cannot be sent to a ${kind}: a function at [0].f could not be cloned. Write it in the task, or export the task from a module that has it, and use tasks(new URL('./x.js', import.meta.url)), in CommonJS tasks(join(__dirname, 'x.js'))`,
      );
      await using pool = new Pool({ workers: 1, initializer: t.initialize, initArgs: ['plus'] });
      expect(await parallel(t.useGlobal, [1, 2], { pool, args: ['plus'] } as Anything)).to.deep.equal([2, 3]);
    });

  it('is an error in virtual time as it is in workers', () => {
    const messages: string[] = [];
    virtually((_scheduler, { flush }) => {
      const pool = new VirtualPool({ workers: 1, duration: 1 });
      for (const task of [() => of(1), () => new Subject()])
        of(1, 2)
          .pipe(parallelMap(task as () => unknown, { pool, onError: 'return' }))
          .subscribe(([, error]) => messages.push((error as Error).message));
      flush();
    });
    expect(messages.map((message) => message.replace(/^.*?\d /, ''))).to.deep.equal(
      Array.from({ length: 4 }, () => `could not be cloned: ${OBSERVABLE}`),
    );
  });

  it('is a result like others in this thread, where nothing is copied', async () => {
    const subject = new Subject<number>();
    for (const config of [{ workers: 0 }, { pool: 'local' as const }, { pool: new LocalPool() }])
      expect(await parallel((): unknown => subject, [1, 2], config)).to.deep.equal([subject, subject]);
  });
});
