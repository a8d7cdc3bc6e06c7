import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { OPTIONS } from '../src/operators/config/options.ts';
import { takeOptions } from '../src/util/takeOptions.ts';
import { run } from './support/run.ts';

const script = fileURLToPath(new URL('./support/scripts/polluted.js', import.meta.url));

/** The options of all functions and pools, and what is read of details of errors. */
const NAMES = [
  ...OPTIONS,
  ...['batchSize', 'process', 'count', 'delay', 'resetOnSuccess'],
  ...[
    'initializer',
    'initArgs',
    'maxTasksPerWorker',
    'idleMs',
    'graceMs',
    'bootTimeout',
    'memoryMb',
    'env',
    'execArgv',
  ],
  ...['duration', 'run', 'marble', 'values', 'error', 'crash', 'min', 'max', 'seed'],
  ...['index', 'item', 'attempts', 'cause', 'exitCode', 'stderr'],
];

/** With this one on the prototype of all objects Node starts no thread and copies nothing, and RxJS calls that one. */
const NO_WORKERS = ['signal', 'error'];

const LOCAL = {
  parallelAsync: [2, 4],
  bgTask: 2,
  LocalPool: [2, 4],
  'ThreadPool without workers': [2, 4],
  ParallelError: [null, null, null, false],
  WorkerCrashError: [null, null, '', null, false],
};

describe('options on the prototype of all objects', function () {
  this.timeout(60_000);

  it('are not read by any function, nor by what starts workers', async () => {
    const names = NAMES.filter((name) => !NO_WORKERS.includes(name));
    const told = JSON.parse(await run(process.execPath, [script, names.join(',')], { timeout: 50_000 })) as object;
    expect(told).to.deep.include({
      ...LOCAL,
      VirtualPool: [2, 4],
      'VirtualPool, by a diagram': ['a'],
      parallel: [2, 4],
      'parallel in a process': [2, 4],
      'parallel, tried again': [2, 4],
      'parallel, tried again so often': [2, 4],
      parallel$: [[0, 2]],
      parallelMap: [[0, 2]],
      parallelIterable: [[0, 2]],
      parallelGen: [
        [0, 2],
        [1, 4],
      ],
      threaded$: 2,
      startThread$: 2,
      startProc$: 2,
      runProcs$: [0, 2],
      'a death': [3, 0, false],
      'a worker of a ThreadPool': [false, false, []],
      'a worker with variables of a ThreadPool': [false, false, ['OWN']],
      'a worker of a ProcessPool': [false, false, []],
      'a worker with variables of a ProcessPool': [false, false, ['OWN']],
    });
  });

  it('are not read where there are no workers', async () => {
    for (const names of [NO_WORKERS, [...NAMES, ...NO_WORKERS]]) {
      const told = JSON.parse(await run(process.execPath, [script, names.join(','), 'local'])) as object;
      expect(told).to.deep.include(LOCAL);
    }
  });
});

describe('takeOptions', () => {
  const known = ['workers', 'pause', 'retry'];

  it('takes what is given by the object, by its class, and by what it was made of', () => {
    class Config {
      readonly workers = 1;
      get pause(): number {
        return this.workers;
      }
      describe(): string {
        return 'no option, and not enumerable';
      }
    }
    const bareDefaults = Object.assign(Object.create(null) as object, { pause: 5 });
    for (const [config, taken] of [
      [
        { workers: 1, pause: undefined },
        { workers: 1, pause: undefined },
      ],
      [new Config(), { workers: 1, pause: 1 }],
      [Object.assign(Object.create({ pause: 3 }) as object, { workers: 2 }), { workers: 2, pause: 3 }],
      [Object.assign(Object.create(bareDefaults) as object, { workers: 2 }), { workers: 2, pause: 5 }],
      [bareDefaults, { pause: 5 }],
      [Object.freeze({ workers: 1 }), { workers: 1 }],
      [new Proxy({ workers: 1 }, {}), { workers: 1 }],
    ] as const)
      expect({ ...takeOptions(config as object, known) }).to.deep.equal(taken);
  });

  it('reads each once, and inherits nothing', () => {
    let reads = 0;
    const config = {
      get workers(): number {
        return (reads += 1);
      },
    };
    const taken = takeOptions(config, known);
    expect([taken.workers, taken.workers, reads]).to.deep.equal([1, 1, 1]);
    expect(Object.getPrototypeOf(taken)).to.equal(null);
  });

  it('refuses what is unknown, also where it is inherited', () => {
    for (const config of [{ worker: 1 }, Object.create({ worker: 1 }) as object])
      expect(() => takeOptions(config, known)).to.throw(
        TypeError,
        'there is no option worker; the options are workers, pause, retry',
      );
  });
});
