// Runs with something on the prototype of all objects, under the name of each option there is: nobody's options. Prints
// what
// has come of each function. Plain JavaScript, so that its workers need no loader to boot.
import { firstValueFrom, from, lastValueFrom, toArray } from 'rxjs';
import {
  bgTask,
  LocalPool,
  parallel,
  parallel$,
  parallelAsync,
  parallelGen,
  parallelIterable,
  parallelMap,
  ParallelError,
  ProcessPool,
  runProcs$,
  startProc$,
  startThread$,
  threaded$,
  ThreadPool,
  WorkerCrashError,
} from 'rxjs-parallel';
import { VirtualPool } from 'rxjs-parallel/testing';

const [, , names = '', where] = process.argv;

/** Flags and variables are told by what they do; the rest is of a kind that no option has. RxJS calls each `error`. */
const values = { execArgv: ['--title=x'], env: { INHERITED: 'x' }, error: () => undefined };
/** @type {Record<string, unknown>} */
const inherited = Object.fromEntries(names.split(',').map((name) => [name, { wrong: true }]));
for (const [name, value] of Object.entries(values)) if (name in inherited) inherited[name] = value;
for (const [name, value] of Object.entries(inherited))
  Object.defineProperty(Object.prototype, name, { value, configurable: true, enumerable: true, writable: true });

/** @param {number} n */
const double = (n) => 2 * n;
/** @type {() => [boolean, boolean, string[]]} */
const place = () => [process.title === 'x', process.execArgv.includes('--title=x'), Object.keys(process.env)];
/** @param {readonly number[]} batch */
const doubleAll = function* (batch) {
  for (const n of batch) yield 2 * n;
};
/** @type {Record<string, () => unknown>} */
const calls = {
  parallel: () => parallel(double, [1, 2]),
  'parallel in a process': () => parallel(double, [1, 2], { pool: 'process', workers: 1 }),
  'parallel, tried again': () => parallel(double, [1, 2], { retry: { count: 2 } }),
  'parallel, tried again so often': () => parallel(double, [1, 2], { retry: 2, pool: 'local' }),
  parallel$: () => lastValueFrom(parallel$(double, [1]).pipe(toArray())),
  parallelMap: () => lastValueFrom(from([1]).pipe(parallelMap(double), toArray())),
  parallelAsync: () => parallelAsync(double, [1, 2]),
  parallelIterable: async () => {
    const pairs = [];
    for await (const pair of parallelIterable(double, [1])) pairs.push(pair);
    return pairs;
  },
  parallelGen: () => lastValueFrom(from([1, 2]).pipe(parallelGen(doubleAll, { workers: 1 }), toArray())),
  threaded$: () => firstValueFrom(threaded$(double)(1)),
  startThread$: () => lastValueFrom(startThread$(double, 1)),
  startProc$: () => lastValueFrom(startProc$(double, 1)),
  runProcs$: () => lastValueFrom(runProcs$(double, [1], { workers: 1 })),
  bgTask: () => lastValueFrom(bgTask(() => 2)),
  LocalPool: () => parallel(double, [1, 2], { pool: new LocalPool() }),
  VirtualPool: () => parallel(double, [1, 2], { pool: new VirtualPool({ workers: 1, duration: 1 }) }),
  'VirtualPool, by a diagram': () => parallel(double, [1], { pool: new VirtualPool({ workers: 1, marble: '-(a|)' }) }),
  'VirtualPool, at random': () =>
    parallel(double, [1], { pool: new VirtualPool({ workers: 1, duration: { min: 1, max: 2, seed: 1 } }) }),
  'ThreadPool without workers': () => parallel(double, [1, 2], { pool: new ThreadPool({ workers: 0 }) }),
  ParallelError: () => {
    const error = new ParallelError('no');
    return [error.index, error.item, error.attempts, Object.hasOwn(error, 'cause')];
  },
  WorkerCrashError: () => {
    const error = new WorkerCrashError('no');
    return [error.exitCode, error.signal, error.stderr, error.index, Object.hasOwn(error, 'cause')];
  },
  'a death': () =>
    parallel(() => process.exit(3), [1], { crashRetries: 0 }).then(
      () => undefined,
      (/** @type {WorkerCrashError} */ error) => [error.exitCode, error.index, Object.hasOwn(error, 'cause')],
    ),
};

/** Code that starts no worker and copies nothing: with some names on the prototype of all objects, Node can do neither. */
const LOCAL = /^(?:parallelAsync|bgTask|.*Error|LocalPool|.* without workers)$/;

/** @type {Record<string, unknown>} */
const told = Object.create(null);
for (const [name, call] of Object.entries(calls)) {
  if (!Object.hasOwn(calls, name) || (where === 'local' && !LOCAL.test(name))) continue;
  try {
    told[name] = await call();
  } catch (error) {
    told[name] = error instanceof Error ? error.stack : error;
  }
}
if (where !== 'local')
  for (const Pool of [ThreadPool, ProcessPool])
    for (const [what, config] of /** @type {const} */ ([
      ['a worker', { workers: 1 }],
      ['a worker with variables', { workers: 1, env: { OWN: 'y' } }],
    ])) {
      const pool = new Pool(config);
      const [found = [true, true, []]] = await parallel(place, [1], { pool });
      const [hasTitle, hasFlag, variables] = found;
      await pool.close();
      told[`${what} of a ${Pool.name}`] = [
        hasTitle,
        hasFlag,
        variables.filter((name) => !name.startsWith('NODE_CHANNEL') && !Object.hasOwn(process.env, name)),
      ];
    }
for (const name of Object.keys(inherited)) Reflect.deleteProperty(Object.prototype, name);
process.stdout.write(JSON.stringify(told));
