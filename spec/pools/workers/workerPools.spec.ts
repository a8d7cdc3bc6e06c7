import { expect } from 'chai';
import { firstValueFrom, from, lastValueFrom, take, tap, toArray } from 'rxjs';
import {
  parallel,
  parallel$,
  parallelGen,
  parallelIterable,
  ParallelError,
  PoolClosedError,
  ProcessPool,
  TaskCloneError,
  TaskError,
  TaskLoadError,
  tasks,
  TaskTimeoutError,
  ThreadPool,
  WorkerCrashError,
  type Pool,
  type WorkerPoolConfig,
} from '../../../src/index.ts';
import { pace } from '../../support/pace.ts';
import { scratch } from '../../support/scratch.ts';
import { errorOf } from '../../support/settle.ts';
import { nest } from '../../support/tasks.ts';

const url = new URL('../../support/tasks.ts', import.meta.url);
const t = tasks<typeof import('../../support/tasks.ts')>(url);
// The flags of this process are inherited by the pool that most specs share.
const fast = ['--enable-source-maps', '--import', new URL('../../support/register.js', import.meta.url).href];
const kinds = { thread: ThreadPool, process: ProcessPool };

for (const kind of ['thread', 'process'] as const) {
  describe(`a pool of workers (${kind})`, function () {
    this.timeout(60_000);
    const log = scratch();
    const open = (config: WorkerPoolConfig = {}): ThreadPool | ProcessPool => {
      const pool = new kinds[kind]({ workers: 2, execArgv: fast, ...config });
      opened.push(pool);
      return pool;
    };
    const opened: (ThreadPool | ProcessPool)[] = [];
    const reused = new kinds[kind]({ workers: 2 });
    afterEach(() => Promise.all(opened.splice(0).map((pool) => pool.close())));
    after(() => reused.close());

    describe('runs tasks', () => {
      it('elsewhere', async () => {
        const [place] = await parallel(t.whereAmI, [0], { pool: reused });
        if (kind === 'thread') expect(place).to.include({ pid: process.pid, isMainThread: false });
        else expect(place?.pid).not.to.equal(process.pid);
      });

      it('on as many workers as it has, and not more', async () => {
        const places = await parallel(
          async (n: number) => {
            await new Promise((resolve) => setTimeout(resolve, 50));
            return `${String(process.pid)} ${String((await import('node:worker_threads')).threadId)} ${String(n * 0)}`;
          },
          [0, 1, 2, 3, 4, 5],
          { pool: reused, workers: 9 },
        );
        expect(new Set(places).size).to.equal(2);
      });

      it('that say other things to the parent', async () => {
        expect(await parallel(t.sayOdd, [1, 2, 3], { pool: reused })).to.deep.equal([1, 2, 3]);
      });

      it('that are written in place', async () => {
        expect(
          await parallel((n: number, by: number) => n * by, [1, 2, 3], { pool: reused, args: [10] }),
        ).to.deep.equal([10, 20, 30]);
      });

      it('with what JSON cannot carry', async () => {
        const value = {
          map: new Map([['a', 1n]]),
          date: new Date(0),
          bytes: new Uint8Array([1, 2]),
          nothing: undefined,
          nan: NaN,
        };
        expect(await parallel(t.same, [value], { pool: reused })).to.deep.equal([value]);
      });

      it('with undefined and null as results', async () => {
        expect(await parallel(t.same, [undefined, null, 0], { pool: reused })).to.deep.equal([undefined, null, 0]);
      });

      it('with arguments that are sent once for all items', async () => {
        const table = new Map([[1, 'one']]);
        expect(await parallel(t.read, [{ n: 1 }, { n: 2 }], { pool: reused, args: [table] })).to.deep.equal([
          'one',
          undefined,
        ]);
      });

      it('that learn their index', async () => {
        const known = await parallel(t.task, ['a', 'b', 'c'], { pool: reused });
        expect(known).to.deep.equal([0, 1, 2].map((index) => ({ index, attempt: 1 })));
      });

      it('in chunks of many items, each with its result', async () => {
        const items = Array.from({ length: 50_000 }, (_, n) => n);
        expect(await parallel(t.double, items, { pool: reused })).to.deep.equal(items.map((n) => 2 * n));
      });

      it('with the environment and the flags of this process, unless they are given', async () => {
        process.env.RXJS_PARALLEL_SPEC = 'inherited';
        const [inherited, given] = [open({ workers: 1 }), open({ workers: 1, env: { RXJS_PARALLEL_SPEC: 'given' } })];
        const ask = (pool: Pool): Promise<(string | undefined)[]> => parallel(t.env, ['RXJS_PARALLEL_SPEC'], { pool });
        expect([await ask(inherited), await ask(given)]).to.deep.equal([['inherited'], ['given']]);
        delete process.env.RXJS_PARALLEL_SPEC;
      });
    });

    it('leaves out of the environment what is not defined', async () => {
      const pool = open({ workers: 1, env: { ...process.env, RXJS_PARALLEL_NONE: undefined } });
      expect(await parallel(t.env, ['RXJS_PARALLEL_NONE'], { pool })).to.deep.equal([undefined]);
    });

    describe('generators', () => {
      it('emit a pair per yield, in order', async () => {
        const pairs = await lastValueFrom(
          parallel$(t.countTo, [2, 0, 3], { pool: reused, ordered: true }).pipe(toArray()),
        );
        expect(pairs).to.deep.equal([
          [0, 1],
          [0, 2],
          [2, 1],
          [2, 2],
          [2, 3],
        ]);
      });

      it('give one flat array', async () => {
        expect(await parallel(t.countTo, [2, 3], { pool: reused })).to.deep.equal([1, 2, 1, 2, 3]);
      });

      it('lose no yield of many', async () => {
        const yields = await parallel(t.countTo, [20_000], { pool: reused });
        expect(yields).to.deep.equal(Array.from({ length: 20_000 }, (_, n) => n + 1));
      });

      it('are closed when nobody wants more', async () => {
        const first = await lastValueFrom(
          parallel$(t.endless, [0], { pool: reused, args: [log.file] }).pipe(take(3), toArray()),
        );
        expect(first.map(([, n]) => n)).to.deep.equal([0, 1, 2]);
        await log.has('closed');
      });

      it('that are async are closed as well', async () => {
        const pool = open({ workers: 1 });
        expect(await lastValueFrom(parallel$(t.slowly, [1], { pool }).pipe(take(2), toArray()))).to.deep.equal([
          [0, 0],
          [0, 1],
        ]);
        expect(await parallel(t.double, [1], { pool })).to.deep.equal([2]);
      });

      it('produce no more than is asked for', async () => {
        const results = parallelIterable(t.endless, [0], { pool: reused, args: [log.file] });
        await results.next();
        await parallel(t.double, [1, 2], { pool: reused });
        const produced = log.lines().length;
        await parallel(t.double, [1, 2], { pool: reused });
        expect(log.lines().length).to.equal(produced);
        expect(produced).to.be.below(1000);
        await results.return?.();
        await log.has('closed');
      });

      it('fail once, also when they throw after what cannot be sent', async () => {
        const numbers: number[] = [];
        const results = await parallel(t.yieldsFunctionThenThrows, [0], {
          pool: reused,
          onError: 'return',
          progress: ({ done }) => numbers.push(done),
        });
        expect(results.map((result) => (result instanceof TaskCloneError ? 'error' : result))).to.deep.equal([
          1,
          'error',
        ]);
        expect(numbers.at(-1)).to.equal(1);
      });

      it('emit what they have yielded while they wait', async () => {
        const first$ = parallel$(t.yieldsThenHangs, [7], { pool: reused });
        expect(await firstValueFrom(first$)).to.deep.equal([0, 7]);
      });

      it('may fail after a yield', async () => {
        const results = await parallel(t.yieldsThenThrows, [0], { pool: reused, onError: 'return' });
        expect(results[0]).to.equal(1);
        expect(results[1]).to.be.instanceOf(TaskError).with.nested.property('cause.message', 'after a yield');
      });

      it('fail when they yield what cannot be sent', async () => {
        const results = await parallel(t.yieldsFunction, [0, 0], { pool: reused, onError: 'return' });
        expect(results.map((result) => (result instanceof TaskCloneError ? 'error' : result))).to.deep.equal([
          1,
          'error',
          1,
          'error',
        ]);
      });

      it('fail once, also where each yield is timed', async () => {
        const results = await parallel(t.yieldsFunctions, [0, 0], { pool: reused, timeout: 5000, onError: 'return' });
        expect(results.map((result) => result instanceof TaskCloneError)).to.deep.equal([true, true]);
      });

      it('fail when they yield what cannot be read here, and let the others through', async () => {
        for (const options of [{}, { timeout: 10_000 }]) {
          const results = await parallel(t.yieldUnreadable, [2, 'unreadable', 3], {
            pool: reused,
            chunkSize: 3,
            ...options,
            onError: 'return',
          });
          expect(results.map((result) => (result instanceof TaskCloneError ? result.index : result))).to.deep.equal([
            1, 2, 1, 1, 1, 3,
          ]);
        }
      });

      it('fail once when they yield it again and again, and leave the others alone', async () => {
        for (const options of [{}, { timeout: 300 }]) {
          const results = await parallel(t.yieldUnreadables, [0, 3, 0, 1], {
            pool: reused,
            chunkSize: 4,
            ...options,
            onError: 'return',
          });
          expect(results.map((result) => (result instanceof TaskCloneError ? result.index : result))).to.deep.equal([
            'end',
            1,
            'end',
            3,
          ]);
        }
      });

      it('fail at once when they yield what cannot be read here, and then wait', async () => {
        const results = await parallel(t.yieldUnreadableThenHang, [1, 2], {
          pool: reused,
          timeout: 5000,
          onError: 'return',
        });
        expect(results.map((result) => result instanceof TaskCloneError)).to.deep.equal([true, true]);
      });

      it('are closed when they yield what cannot be read here', async () => {
        for (const options of [{}, { timeout: 10_000 }]) {
          const results = await parallel(t.yieldUnreadableFirst, [1], {
            pool: reused,
            args: [log.file],
            ...options,
            onError: 'return',
          });
          expect(results[0]).to.be.instanceOf(TaskCloneError);
          expect(results).to.have.lengthOf(1);
        }
        expect(log.lines()).to.deep.equal(['closed', 'closed']);
      });

      it('fail once, also when that is found while they wait', async () => {
        const results = await parallel(t.yieldsFunctionSlowly, [0, 0], { pool: reused, onError: 'return' });
        expect(results.map((result) => result instanceof TaskCloneError)).to.deep.equal([true, true]);
      });

      it('of a processor have one instance per worker, made there', async () => {
        const items = Array.from({ length: 20 }, (_, k) => k / 20);
        const added = await lastValueFrom(
          from(items).pipe(parallelGen(t.Adder, { pool: reused, args: [1] }), toArray()),
        );
        expect([...added].sort(([a], [b]) => a - b)).to.deep.equal(items.map((k, index) => [index, k + 1]));
      });
    });

    describe('errors', () => {
      it('cross with class, message, stack, cause and own properties', async () => {
        const error = await errorOf(parallel(t.throwRich, ['x'], { pool: reused }));
        expect(error).to.be.instanceOf(TaskError).and.include({ index: 0, item: 'x', attempts: 1 });
        const { cause } = error as TaskError;
        expect(cause).to.be.instanceOf(TypeError).and.include({ name: 'OddError', message: 'odd', code: 'E_ODD' });
        expect(cause).to.have.deep.property('details', new Map([['n', 1n]]));
        expect(cause).to.have.property('cause').that.is.instanceOf(RangeError).with.property('message', 'the cause');
        expect((cause as Error).stack).to.include('tasks.ts');
      });

      it('are whatever was thrown', async () => {
        const errors = await parallel(t.throwNamed, ['undefined', 'null', 'zero', 'empty', 'false'], {
          pool: reused,
          onError: 'return',
        });
        expect(errors.map((error) => error.cause)).to.deep.equal([undefined, null, 0, '', false]);
      });

      it('of one item neither lose those before it nor skip those after it', async () => {
        const items = [1, 'throw', 3, 4, 'throw', 6];
        const results = await parallel(t.actNow, items, { pool: reused, chunkSize: 6, onError: 'return' });
        expect(results.map((result) => (result instanceof TaskError ? result.index : result))).to.deep.equal([
          1, 1, 3, 4, 4, 6,
        ]);
      });

      it('name the item that cannot be sent, and let the others through', async () => {
        const items = [1, () => 2, 3, Symbol('no'), 5];
        const results = await parallel(t.same, items as unknown[], { pool: reused, chunkSize: 5, onError: 'return' });
        expect(results[1]).to.be.instanceOf(TaskCloneError).with.property('index', 1);
        expect(results[3]).to.be.instanceOf(TaskCloneError).with.property('index', 3);
        expect([results[0], results[2], results[4]]).to.deep.equal([1, 3, 5]);
      });

      it('name the item whose result cannot be sent, and let the others through', async () => {
        const results = await parallel(t.act, [1, 'function', 3], { pool: reused, chunkSize: 3, onError: 'return' });
        expect(results[1]).to.be.instanceOf(TaskCloneError).with.property('index', 1);
        expect((results[1] as Error).message)
          .to.include('act')
          .and.include('could not be cloned');
        expect([results[0], results[2]]).to.deep.equal([1, 3]);
      });

      it('name the item whose result cannot be read here, and keep the worker', async () => {
        const pool = open({ workers: 1 });
        const items = [1, 'unreadable', 3, 'unreadable', 5, 6];
        const [before] = await parallel(t.whereAmI, [0], { pool });
        for (const chunkSize of [1, 3, 6]) {
          const results = await parallel(t.giveUnreadable, items, { pool, chunkSize, onError: 'return' });
          expect(results[1]).to.be.instanceOf(TaskCloneError).with.property('index', 1);
          expect(results[3]).to.be.instanceOf(TaskCloneError).with.property('index', 3);
          expect((results[1] as Error).message)
            .to.include('giveUnreadable')
            .and.include('cannot be read');
          expect([results[0], results[2], results[4], results[5]]).to.deep.equal([1, 3, 5, 6]);
        }
        expect(await parallel(t.whereAmI, [0], { pool })).to.deep.equal([before]);
      });

      it('name the item whose result cannot be read here, where each is timed', async () => {
        const results = await parallel(t.giveUnreadable, [1, 'unreadable', 3], {
          pool: reused,
          chunkSize: 3,
          timeout: 10_000,
          onError: 'return',
        });
        expect(results[1]).to.be.instanceOf(TaskCloneError).with.property('index', 1);
        expect([results[0], results[2]]).to.deep.equal([1, 3]);
      });

      it('keep what can be read of an error', async () => {
        const [error] = await parallel(t.throwUnreadable, [0], { pool: reused, onError: 'return' });
        expect(error).to.be.instanceOf(TaskError);
        expect(error?.cause).to.be.instanceOf(RangeError).and.have.property('message', 'with a property');
      });

      it('are of one kind, however deep a result is nested', async () => {
        const depths = [1000, 2000, 2500, 3000, 4000, 5000, 8000, 20_000];
        const results = await parallel(t.nest, depths, { pool: reused, chunkSize: 8, onError: 'return' });
        const kinds = results.map((result) => (Array.isArray(result) ? 'value' : (result as Error).name));
        expect([kinds[0], kinds.at(-1)]).to.deep.equal(['value', 'TaskCloneError']);
        expect(new Set(kinds)).to.deep.equal(new Set(['value', 'TaskCloneError']));
      });

      it('are of one kind, however deep an item is nested', async () => {
        const items = [1000, 2000, 2500, 3000, 4000, 5000, 8000, 20_000].map(nest);
        const results = await parallel(t.depth, items, { pool: reused, chunkSize: 8, onError: 'return' });
        const kinds = results.map((result) => (typeof result === 'number' ? 'value' : (result as Error).name));
        expect([kinds[0], kinds.at(-1)]).to.deep.equal(['value', 'TaskCloneError']);
        expect(new Set(kinds)).to.deep.equal(new Set(['value', 'TaskCloneError']));
      });

      if (kind === 'process') {
        const wasm = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));

        it('name the item that cannot be read there, and keep the worker', async () => {
          const pool = open({ workers: 1 });
          const [before] = await parallel(t.whereAmI, [0], { pool });
          const results = await parallel(t.same, [1, wasm, 3, wasm, 5] as unknown[], {
            pool,
            chunkSize: 5,
            onError: 'return',
          });
          expect(results[1]).to.be.instanceOf(TaskCloneError).with.property('index', 1);
          expect(results[3]).to.be.instanceOf(TaskCloneError).with.property('index', 3);
          expect([results[0], results[2], results[4]]).to.deep.equal([1, 3, 5]);
          expect(await parallel(t.whereAmI, [0], { pool })).to.deep.equal([before]);
        });

        it('of arguments that cannot be read there end the run', async () => {
          const error = await errorOf(
            parallel(t.read, [{ n: 1 }], { pool: reused, args: [wasm as never], onError: 'skip' }),
          );
          expect(error).to.be.instanceOf(TaskCloneError).with.property('message').that.includes('args');
        });

        it('of initArgs that cannot be read there come at the call', () => {
          expect(() => open({ initializer: () => 0, initArgs: [wasm] })).to.throw(TaskCloneError, 'initArgs');
        });
      }

      it('of arguments leave the task to the next run', async () => {
        const task = (n: number, by: unknown): unknown => [n, typeof by];
        const error = await errorOf(parallel(task, [1], { pool: reused, workers: 1, args: [() => 1] }));
        expect(error).to.be.instanceOf(TaskCloneError);
        expect(await parallel(task, [1], { pool: reused, workers: 1, args: [2] })).to.deep.equal([[1, 'number']]);
      });

      it('of arguments that cannot be sent end the run, whatever the policy', async () => {
        const error = await errorOf(
          parallel(t.read, [{ n: 1 }], { pool: reused, args: [(() => 1) as never], onError: 'skip' }),
        );
        expect(error)
          .to.be.instanceOf(TaskCloneError)
          .with.property('message')
          .that.includes('args')
          .and.includes('read');
        expect(await parallel(t.double, [1], { pool: reused })).to.deep.equal([2]);
      });

      it('name what an inline task cannot see', async () => {
        const error = await errorOf(parallel(() => log, [1], { pool: reused }));
        expect((error as TaskError).message)
          .to.include('log')
          .and.include('args');
      });
    });

    describe('loading', () => {
      const fails = async (task: unknown): Promise<TaskLoadError> => {
        const error = await errorOf(parallel(task as typeof t.double, [1, 2, 3], { pool: reused, onError: 'skip' }));
        expect(error).to.be.instanceOf(TaskLoadError);
        return error as TaskLoadError;
      };

      it('fails the run when there is no such module', async () => {
        const { gone } = tasks<Record<'gone', (n: number) => number>>(new URL('./gone.ts', import.meta.url));
        expect((await fails(gone)).message).to.include('gone.ts');
      });

      it('fails the run when there is no such export', async () => {
        expect((await fails((t as unknown as Record<string, unknown>).dubble)).message)
          .to.include('dubble')
          .and.include('double');
      });

      it('fails the run when the export is no function', async () => {
        expect((await fails((t as unknown as Record<string, unknown>).notAFunction)).message).to.include(
          'notAFunction',
        );
      });

      it('fails the run when the module throws', async () => {
        const { never } = tasks<typeof import('../../support/throwing.ts')>(
          new URL('../../support/throwing.ts', import.meta.url),
        );
        expect((await fails(never)).cause)
          .to.be.instanceOf(RangeError)
          .with.property('message', 'this module does not load');
      });

      it('fails the run when the module never loads', async () => {
        const { never } = tasks<typeof import('../../support/hanging.ts')>(
          new URL('../../support/hanging.ts', import.meta.url),
        );
        const error = await errorOf(
          parallel(never, [1], { pool: open({ workers: 1, bootTimeout: 2000 * pace() }), onError: 'skip' }),
        );
        expect(error).to.be.instanceOf(TaskLoadError).with.property('message').that.includes('did not load within');
      });

      it('that never ends can be cancelled, and its worker replaced', async () => {
        const { never } = tasks<typeof import('../../support/hanging.ts')>(
          new URL('../../support/hanging.ts', import.meta.url),
        );
        const pool = open({ workers: 1 });
        await parallel(t.double, [1], { pool });
        parallel$(never, [1], { pool }).subscribe().unsubscribe();
        const subscription = parallel$(never, [1], { pool }).subscribe();
        await new Promise((resolve) => setImmediate(resolve));
        subscription.unsubscribe();
        expect(await parallel(t.double, [1], { pool })).to.deep.equal([2]);
      });

      it('finds the .ts module of a .js name', async () => {
        const js = tasks<typeof import('../../support/tasks.ts')>(new URL('../../support/tasks.js', import.meta.url));
        expect(await parallel(js.double, [1], { pool: reused })).to.deep.equal([2]);
      });
    });

    describe('an initializer', () => {
      it('runs once in every worker, before its first item', async () => {
        const pool = open({ initializer: t.initialize, initArgs: [3] });
        expect(await parallel(t.isInitialized, [1, 2, 3, 4, 5, 6], { pool, chunkSize: 1 })).to.deep.equal([
          3, 3, 3, 3, 3, 3,
        ]);
      });

      it('fails the run when it throws', async () => {
        const pool = open({ workers: 1, initializer: t.failToInitialize });
        const error = await errorOf(parallel(t.double, [1], { pool, onError: 'skip' }));
        expect(error).to.be.instanceOf(TaskLoadError).with.nested.property('cause.message', 'not today');
      });

      it('fails the run when the worker exits in it', async () => {
        const pool = open({ workers: 1, initializer: () => process.exit(5) });
        const error = await errorOf(parallel(t.double, [1], { pool, onError: 'skip' }));
        expect(error).to.be.instanceOf(WorkerCrashError).with.property('exitCode', 5);
      });

      it('fails the run when it takes longer than bootTimeout', async () => {
        const pool = open({ workers: 1, initializer: t.forever, bootTimeout: 1500 });
        const error = await errorOf(parallel(t.double, [1], { pool }));
        expect(error).to.be.instanceOf(TaskLoadError).with.property('message').that.includes('bootTimeout of 1500 ms');
      });

      it('is never reached where a worker cannot be started', async () => {
        const pool = open({ workers: 1, execArgv: ['--there-is-no-such-flag'], initializer: t.failToInitialize });
        const error = await errorOf(parallel(t.double, [1], { pool, onError: 'skip' }));
        expect(error)
          .to.be.instanceOf(kind === 'thread' ? TaskLoadError : WorkerCrashError)
          .with.property('message')
          .that.includes('--there-is-no-such-flag');
      });

      it('has arguments that can be sent, or is refused at the call', () => {
        expect(() => open({ initializer: t.initialize, initArgs: [() => 1] })).to.throw(TaskCloneError, 'initArgs');
      });
    });

    describe('a worker that dies', () => {
      const results = async (items: (string | number)[], config: WorkerPoolConfig = {}): Promise<unknown[]> => {
        const pool = open({ workers: 1, ...config });
        const all = await parallel(t.act, items, { pool, chunkSize: items.length, onError: 'return' });
        expect(await parallel(t.double, [1], { pool })).to.deep.equal([2]);
        return all;
      };

      it('by an exit is an error of the item that ran, and of no other', async () => {
        const [one, dead, three] = await results([1, 'exit', 3]);
        expect([one, three]).to.deep.equal([1, 3]);
        expect(dead).to.be.instanceOf(WorkerCrashError).and.include({ index: 1, item: 'exit', exitCode: 7 });
      });

      it('by an exit of a synchronous task as well', async () => {
        const pool = open({ workers: 1 });
        const all = await parallel(t.actNow, [1, 'exit', 3], { pool, chunkSize: 3, onError: 'return' });
        expect(all[1]).to.be.instanceOf(WorkerCrashError).with.property('index', 1);
        expect([all[0], all[2]]).to.deep.equal([1, 3]);
      });

      it('by an error that nobody caught tells that error', async () => {
        const [one, dead, three] = await results([1, 'uncaught', 3]);
        expect([one, three]).to.deep.equal([1, 3]);
        expect(dead).to.be.instanceOf(WorkerCrashError).with.nested.property('cause.message', 'nobody caught me');
      });

      it('by a promise that nobody waited for is an error of the item that made it', async () => {
        const [dead] = await results(['floating']);
        expect(dead).to.be.instanceOf(WorkerCrashError).with.nested.property('cause.message', 'nobody waited for me');
      });

      it('without an exit report leaves the other items alone', async () => {
        const [one, dead, three] = await results([1, 'oom', 3], { memoryMb: 64 });
        expect([one, three]).to.deep.equal([1, 3]);
        expect(dead).to.be.instanceOf(WorkerCrashError).with.property('index', 1);
      });

      if (kind === 'process')
        for (const signal of ['SIGKILL', 'SIGSEGV', 'SIGABRT'])
          it(`by ${signal} tells so`, async () => {
            const [one, dead, three] = await results([1, signal, 3]);
            expect([one, three]).to.deep.equal([1, 3]);
            expect(dead).to.be.instanceOf(WorkerCrashError).and.include({ index: 1, signal });
          });

      it('is an error of a generator that has yielded, which is not run again', async () => {
        const pool = open({ workers: 1, memoryMb: 64 });
        const all = await parallel(t.yieldsThenDies, [1, 2, 3], { pool, chunkSize: 3, onError: 'return' });
        expect(
          all.map((result) => (result instanceof WorkerCrashError ? `died at ${String(result.index)}` : result)),
        ).to.deep.equal([1, 2, 'died at 1', 3]);
      });

      it('without a word, again and again, is an error of the item that ran', async () => {
        const results = await parallel(t.hangUp, [1, 'hang up', 3, 4], {
          pool: open({ workers: 1 }),
          chunkSize: 4,
          onError: 'return',
        });
        expect(results[1]).to.be.instanceOf(WorkerCrashError).with.property('index', 1);
        expect([results[0], results[2], results[3]]).to.deep.equal([1, 3, 4]);
      });

      it('while it loads the task fails the run, and says so', async () => {
        const { never } = tasks<typeof import('../../support/exiting.ts')>(
          new URL('../../support/exiting.ts', import.meta.url),
        );
        const error = await errorOf(parallel(never, [1], { pool: open({ workers: 1 }), onError: 'skip' }));
        expect(error)
          .to.be.instanceOf(WorkerCrashError)
          .with.property('message')
          .that.includes('while it loaded task never')
          .and.includes('exit code 9');
      });

      it('while it idles is replaced, and no item is charged', async () => {
        const pool = open({ workers: 1 });
        await parallel(t.dieLater, [5], { pool });
        for (let n = 0; n < 200; n += 1) expect(await parallel(t.double, [n], { pool })).to.deep.equal([2 * n]);
      });

      it('is gone soon, whatever its exit handlers do', async () => {
        const pool = open({ workers: 1 });
        const all = await parallel(t.exitBadly, [0, 1, 2], { pool, chunkSize: 3, onError: 'return' });
        expect(all[1]).to.be.instanceOf(ParallelError).with.property('index', 1);
        expect(await parallel(t.double, [1], { pool })).to.deep.equal([2]);
      });

      it('is ended when its exit does not, and tells how it wanted to', async () => {
        const pool = open({ workers: 1 });
        const [dead] = await parallel(t.exitForEver, [1], { pool, crashRetries: 0, onError: 'return' });
        expect(dead).to.be.instanceOf(WorkerCrashError).and.include({ exitCode: 6, signal: undefined });
      });

      it('tells the end of its stderr', async () => {
        const [dead] = await results(['uncaught']);
        expect((dead as WorkerCrashError).stderr).to.include('nobody caught me');
      });
    });

    describe('timeout', () => {
      it('charges loops and hangs alone, and lets the others through', async () => {
        const pool = open({ workers: 1 });
        const items = [1, 'loop', 3, 'hang', 5];
        const results = await parallel(t.act, items, { pool, chunkSize: 5, timeout: 150 * pace(), onError: 'return' });
        expect(
          results.map((result) => (result instanceof TaskTimeoutError ? `late ${String(result.index)}` : result)),
        ).to.deep.equal([1, 'late 1', 3, 'late 3', 5]);
      });

      it('does not count the boot of a worker or the loading of a task', async () => {
        expect(await parallel(t.double, [1], { pool: open(), timeout: 30 * pace() })).to.deep.equal([2]);
      });

      it('does not count the time that this thread was blocked', async () => {
        const pool = open({ workers: 1 });
        await parallel(t.double, [1], { pool });
        const run = parallel(t.waitFor, [20], { pool, timeout: 200 });
        const until = performance.now() + 400;
        setTimeout(() => {
          while (performance.now() < until);
        }, 5);
        expect(await run).to.deep.equal([20]);
      });

      it('is not one of an item that has settled, nor of one that has not been sent', async () => {
        const pool = open({ workers: 1 });
        const items = [80, (): number => 82] as number[];
        const results = await parallel(t.leavesALoop, items, { pool, chunkSize: 2, timeout: 30, onError: 'return' });
        expect(results[0]).to.equal(80);
        expect(results[1]).to.be.instanceOf(TaskCloneError);
      });

      it('leaves no worker that is dying to the next item', async () => {
        const pool = open({ graceMs: 1 });
        const items = Array.from({ length: 40 }, (_, n) => (n % 4 === 0 ? 'hang' : n));
        const results = await parallel(t.act, items, { pool, timeout: 150 * pace(), onError: 'return' });
        const expected = items.map((item, n) => (item === 'hang' ? `late ${String(n)}` : item));
        expect(
          results.map((result) => (result instanceof TaskTimeoutError ? `late ${String(result.index)}` : result)),
        ).to.deep.equal(expected);
      });

      it('counts each step of a generator', async () => {
        const pairs = await lastValueFrom(
          parallel$(t.slowly, [40], { pool: reused, timeout: 400 }).pipe(take(15), toArray()),
        );
        expect(pairs.length).to.equal(15);
        const results = await parallel(t.slowly, [10_000], { pool: reused, timeout: 50, onError: 'return' });
        expect(results[0]).to.be.instanceOf(TaskTimeoutError);
      });
    });

    describe('cancelling', () => {
      it('aborts the signal of a running task, and keeps its worker', async () => {
        const pool = open({ workers: 1 });
        const [before] = await parallel(t.whereAmI, [0], { pool });
        const subscription = parallel$(t.logged, [30_000], { pool, args: [log.file] }).subscribe();
        await log.has('start');
        subscription.unsubscribe();
        await log.has('aborted');
        expect(await parallel(t.whereAmI, [0], { pool })).to.deep.equal([before]);
      });

      it('ends a worker that does not stop, and puts another in its place', async () => {
        const pool = open({ workers: 1 });
        const [before] = await parallel(t.whereAmI, [0], { pool });
        const subscription = parallel$(t.loggedLoop, [0], { pool, args: [log.file] }).subscribe();
        await log.has('start');
        subscription.unsubscribe();
        expect(await parallel(t.whereAmI, [0], { pool })).not.to.deep.equal([before]);
      });

      it('starts nothing more', async () => {
        const pool = open({ workers: 1 });
        await firstValueFrom(parallel$(t.logged, [1, 1, 1, 1, 1], { pool, chunkSize: 1, args: [log.file] }));
        await parallel(t.double, [1], { pool });
        expect(log.lines().filter((line) => line === 'start').length).to.be.at.most(2);
      });

      it('may come while a worker boots', async () => {
        const pool = open({ workers: 1 });
        parallel$(t.double, [1], { pool }).subscribe().unsubscribe();
        expect(await parallel(t.double, [2], { pool })).to.deep.equal([4]);
      });

      it('by a signal gives its reason', async () => {
        const controller = new AbortController();
        const run = parallel(t.forever, [1], { pool: reused, signal: controller.signal });
        const reason = new RangeError('enough');
        controller.abort(reason);
        expect(await errorOf(run)).to.equal(reason);
      });

      it('a thousand times costs no worker', async () => {
        const pool = open();
        for (let n = 0; n < 1000; n += 1) {
          const subscription = parallel$(t.waitFor, [1], { pool }).subscribe();
          if (n % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
          subscription.unsubscribe();
        }
        expect(await parallel(t.waitFor, [1, 2, 3], { pool })).to.deep.equal([1, 2, 3]);
      });
    });

    describe('close', () => {
      it('lets what runs end, and fails what has not started', async () => {
        const pool = open({ workers: 1, graceMs: 2000 });
        const seen: number[] = [];
        const ended = lastValueFrom(
          parallel$(t.logged, [300, 300, 300], { pool, chunkSize: 1, args: [log.file] }).pipe(
            tap(([index]) => seen.push(index)),
          ),
        );
        const error = errorOf(ended);
        await log.has('start');
        await pool.close();
        expect(await error).to.be.instanceOf(PoolClosedError);
        expect(seen).to.deep.equal([0]);
        expect(log.lines()).to.deep.equal(['start']);
      });

      it('does not wait for a task that does not end', async () => {
        const pool = open({ workers: 1 });
        const run = errorOf(parallel(t.loop, [1], { pool }));
        await Promise.all([pool.close(), pool.close()]);
        expect(await run).to.be.instanceOf(PoolClosedError);
      });

      it('resolves when the workers have exited, each time', async () => {
        const pool = open({ workers: 1 });
        const [place] = await parallel(t.whereAmI, [0], { pool });
        void pool.close();
        await pool.close();
        if (kind === 'process') expect(() => process.kill(place?.pid ?? 0, 0)).to.throw('ESRCH');
      });

      it('refuses what comes later', async () => {
        const pool = open();
        await pool.close();
        expect(await errorOf(parallel(t.double, [1], { pool, onError: 'skip' }))).to.be.instanceOf(PoolClosedError);
      });
    });

    describe('buffers', () => {
      const names = kind === 'process' ? 'are copied to a process' : 'are moved by transfer';
      it(names, async () => {
        const buffer = new ArrayBuffer(1000);
        const sizes = await parallel(t.bytes, [buffer], { pool: reused, transfer: (item) => [item] });
        expect(sizes).to.deep.equal([1000]);
        expect(buffer.byteLength).to.equal(kind === 'thread' ? 0 : 1000);
      });

      it('come back', async () => {
        const [array] = await parallel(t.make, [1000], { pool: reused });
        expect(array).to.deep.equal(new Uint8Array(1000).fill(1));
      });

      it('whose transfer throws are an error of that item', async () => {
        const transfer = (item: number): ArrayBuffer[] => {
          if (item === 1) throw new RangeError('no');
          return [];
        };
        const results = await parallel(t.double, [0, 1, 2], { pool: reused, transfer, onError: 'return' });
        expect(results[1]).to.be.instanceOf(TaskError).with.nested.property('cause.message', 'no');
        expect([results[0], results[2]]).to.deep.equal([0, 4]);
      });
    });

    // Gaps are exact in virtual time. Here they are seen by the clocks of workers on a machine that has other things to do.
    it('spaces the starts of a run by pause, as the workers see them', async () => {
      await parallel(t.stamp, [1, 2], { pool: reused });
      const starts = (await parallel(t.stamp, [1, 2, 3, 4], { pool: reused, pause: 200 })).sort((a, b) => a - b);
      const gaps = starts.slice(1).map((start, at) => start - (starts[at] ?? 0));
      for (const gap of gaps) expect(gap).to.be.at.least(100);
    });

    it('spaces all starts on a pool by its pause', async () => {
      const pool = open({ pause: 200 });
      const runs = await Promise.all([parallel(t.stamp, [1, 2], { pool }), parallel(t.stamp, [1, 2], { pool })]);
      const starts = runs.flat().sort((a, b) => a - b);
      const gaps = starts.slice(1).map((start, at) => start - (starts[at] ?? 0));
      for (const gap of gaps) expect(gap).to.be.at.least(100);
    });

    it('releases workers that idle, and starts others when there is work', async () => {
      const pool = open({ workers: 1, idleMs: 20 });
      const [before] = await parallel(t.whereAmI, [0], { pool });
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(await parallel(t.whereAmI, [0], { pool })).not.to.deep.equal([before]);
    });

    it('serves runs that share it', async () => {
      const runs = Array.from({ length: 8 }, (_, by) =>
        parallel((n: number, m: number) => n * m, [1, 2, 3], { pool: reused, args: [by] }),
      );
      expect(await Promise.all(runs)).to.deep.equal(Array.from({ length: 8 }, (_, by) => [by, 2 * by, 3 * by]));
    });
  });
}
