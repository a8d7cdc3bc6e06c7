import { expectTypeOf } from 'expect-type';
import {
  parallel,
  ProcessPool,
  tasks,
  ThreadPool,
  type AnyTask,
  type Initializer,
  type Pool,
  type WorkerPoolConfig,
} from '../../src/index.ts';

const t = tasks<typeof import('../support/tasks.ts')>(new URL('../support/tasks.ts', import.meta.url));
const connect = (host: string, port: number): Promise<string> => Promise.resolve(host + String(port));
const warmUp = (rounds = 1): number => rounds;
const seed = (n: number): number => n;
const fill = (...all: readonly string[]): string => all.join();

for (const PoolClass of [ThreadPool, ProcessPool]) {
  // ---- initArgs: required where the initializer has some, and checked

  new PoolClass();
  new PoolClass({});
  new PoolClass({ workers: 2 });
  new PoolClass({ initializer: seed, initArgs: [3] });
  new PoolClass({ initializer: connect, initArgs: ['localhost', 80], workers: 2 });
  new PoolClass({ initializer: (n: number) => n, initArgs: [3] });
  new PoolClass({ initArgs: [3], initializer: (n: number) => n });
  new PoolClass({ initializer: warmUp });
  new PoolClass({ initializer: warmUp, initArgs: [] });
  new PoolClass({ initializer: warmUp, initArgs: [5] });
  new PoolClass({ initializer: fill });
  new PoolClass({ initializer: fill, initArgs: ['a', 'b'] });
  new PoolClass({ initializer: () => 5 });
  new PoolClass({ initializer: () => 5, initArgs: [] });
  const given: readonly [string, number] = ['localhost', 80];
  new PoolClass({ initializer: connect, initArgs: given });
  // @ts-expect-error -- no initArgs
  new PoolClass({ initializer: seed });
  // @ts-expect-error -- no initArgs beside another option
  new PoolClass({ initializer: connect, workers: 2 });
  // @ts-expect-error -- too few
  new PoolClass({ initializer: connect, initArgs: ['localhost'] });
  // @ts-expect-error -- none at all
  new PoolClass({ initializer: seed, initArgs: [] });
  // @ts-expect-error -- too many
  new PoolClass({ initializer: seed, initArgs: [3, 4] });
  // @ts-expect-error -- a text for a number
  new PoolClass({ initializer: seed, initArgs: ['3'] });
  // @ts-expect-error -- a text for a number that may be left out
  new PoolClass({ initializer: warmUp, initArgs: ['3'] });
  // @ts-expect-error -- of another type
  new PoolClass({ initializer: fill, initArgs: ['a', 5] });
  // @ts-expect-error -- initArgs for an initializer that takes none
  new PoolClass({ initializer: () => 5, initArgs: [3] });

  // ---- of tasks of a module

  new PoolClass({ initializer: t.initialize, initArgs: [3] });
  new PoolClass({ initializer: t.loggedLoop, initArgs: [undefined, 'a file'] });
  new PoolClass({ initializer: t.failToInitialize });
  new PoolClass({ initializer: t.failToInitialize, initArgs: [] });
  const one = t as unknown as AnyTask;
  new PoolClass({ initializer: one });
  new PoolClass({ initializer: one, initArgs: [1, 2] });
  // @ts-expect-error -- no initArgs
  new PoolClass({ initializer: t.initialize });
  // @ts-expect-error -- too few
  new PoolClass({ initializer: t.loggedLoop, initArgs: [undefined] });
  // @ts-expect-error -- too many
  new PoolClass({ initializer: t.initialize, initArgs: [3, 4] });
  // @ts-expect-error -- a text for a number
  new PoolClass({ initializer: t.initialize, initArgs: ['no'] });
  // @ts-expect-error -- a text for a number, and too many
  new PoolClass({ initializer: t.initialize, initArgs: ['no', 2, 3] });
  // @ts-expect-error -- a class that processes batches
  new PoolClass({ initializer: t.Adder, initArgs: [1] });

  // ---- other options

  // @ts-expect-error -- misspelled
  new PoolClass({ worker: 2 });
  // @ts-expect-error -- misspelled beside an initializer with initArgs
  new PoolClass({ initializer: seed, initArgs: [3], worker: 2 });
  // @ts-expect-error -- a text for a number
  new PoolClass({ workers: '2' });
  // @ts-expect-error -- no function
  new PoolClass({ initializer: 5 });

  // ---- options by name

  const plain: WorkerPoolConfig = { workers: 2 };
  const inline: WorkerPoolConfig = { initializer: (n: number) => n, initArgs: [3] };
  const ofModule: WorkerPoolConfig = { initializer: t.initialize, initArgs: [3] };
  const checked: WorkerPoolConfig<[n: number]> = { initializer: seed, initArgs: [3] };
  const inferred = { initializer: seed, initArgs: [3] } as const;
  for (const config of [plain, inline, ofModule]) new PoolClass(config);
  new PoolClass({ ...plain, idleMs: 5 });
  new PoolClass({ ...inline, idleMs: 5 });
  new PoolClass(inferred);
  new PoolClass({ ...checked, initArgs: [4] });
  // @ts-expect-error -- a text for a number
  expectTypeOf<WorkerPoolConfig<[n: number]>>({ initializer: seed, initArgs: ['3'] });

  // ---- what it is

  const pool: Pool = new PoolClass({ initializer: seed, initArgs: [3] });
  void parallel(seed, [1], { pool });
}

const named: ThreadPool = new ThreadPool({ initializer: seed, initArgs: [3] });
const either: ThreadPool | ProcessPool = named;
void parallel(seed, [1], { pool: either });
expectTypeOf(named).toEqualTypeOf<ThreadPool>();
expectTypeOf(new ThreadPool({ initializer: seed, initArgs: [3] })).toExtend<ThreadPool>();
expectTypeOf(seed).toExtend<Initializer<[n: number]>>();
expectTypeOf(t.initialize).toExtend<Initializer<[n: number]>>();
expectTypeOf(t.initialize).not.toExtend<Initializer<[n: string]>>();
expectTypeOf(t.Adder).not.toExtend<Initializer<[n: number]>>();
