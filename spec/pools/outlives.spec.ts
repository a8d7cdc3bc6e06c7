import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { take, type Observable, type Subscription } from 'rxjs';
import {
  LocalPool,
  parallel$,
  ProcessPool,
  tasks,
  ThreadPool,
  type Indexed,
  type Pool,
  type Task,
} from '../../src/index.ts';
import { keptOf, type Refs } from '../support/collected.ts';
import type { Ending } from '../support/keptInWorker.ts';
import { scratch } from '../support/scratch.ts';
import { until } from '../support/until.ts';

type Tasks = typeof import('../support/keptInWorker.ts');
const { remember, waitForLine } = tasks<Tasks>(new URL('../support/keptInWorker.ts', import.meta.url));
const fast = ['--enable-source-maps', '--import', new URL('../support/register.js', import.meta.url).href];
type Choice = 'thread' | 'process' | Pool;

interface How {
  readonly task: Ending;
  readonly timeout?: number;
  /** Ends a run that does not end by itself. */
  readonly end?: (subscription: Subscription, controller: AbortController) => void;
  readonly first?: true;
  /** What cannot be sent. */
  readonly extra?: object;
}

const ENDINGS: Readonly<Record<string, How>> = {
  'has ended': { task: 'return' },
  'has failed': { task: 'throw' },
  'was cancelled': {
    task: 'wait',
    end: (subscription) => {
      subscription.unsubscribe();
    },
  },
  'was aborted': {
    task: 'wait',
    end: (_subscription, controller) => {
      controller.abort(new Error('enough'));
    },
  },
  'was late': { task: 'wait', timeout: 30 },
  'has ended a worker': { task: 'exit' },
  'has left a generator': { task: 'yield', first: true },
  'had what cannot be sent': { task: 'return', extra: { no: () => undefined } },
};

/** Makes a run, sees it end, and gives what was of it, weakly. */
async function refsOf(pool: Choice, how: How, file: string): Promise<Refs> {
  const item = { how: how.task, ...how.extra };
  const args = [{ file }] as const;
  const controller = new AbortController();
  const consumer = { values: [] as unknown[] };
  const refs: Record<string, WeakRef<object>> = {};
  const note = (objects: Readonly<Record<string, object>>): void => {
    for (const [name, object] of Object.entries(objects)) refs[name] = new WeakRef(object);
  };
  const run$: Observable<Indexed<object>> = parallel$(remember as Task<object, object, typeof args>, [item], {
    pool,
    workers: 1,
    args,
    signal: controller.signal,
    crashRetries: 0,
    ...(how.timeout === undefined ? {} : { timeout: how.timeout }),
  });

  await new Promise<void>((resolve) => {
    const subscription = (how.first === true ? run$.pipe(take(1)) : run$).subscribe({
      next: (pair) => {
        consumer.values.push(pair);
        note({ pair, result: pair[1] });
      },
      error: (error: unknown) => {
        note({ error: error as object });
        resolve();
      },
      complete: resolve,
    });
    subscription.add(resolve);
    note({ item, args, arg: args[0], consumer, subscription, signal: controller.signal, run$ });
    const { end } = how;
    if (end === undefined) return;
    const begun = file === '' ? turn() : until(() => existsSync(file));
    void begun.then(() => {
      end(subscription, controller);
    });
  });
  return refs;
}

for (const kind of ['thread', 'process'] as const)
  describe(`nothing of a run outlives it (${kind})`, function () {
    this.timeout(60_000);
    const log = scratch();
    const config = { workers: 2, idleMs: Infinity, graceMs: 10_000, execArgv: fast };
    const own = kind === 'thread' ? new ThreadPool(config) : new ProcessPool(config);
    after(() => own.close());

    for (const [name, how] of Object.entries(ENDINGS)) {
      it(`that ${name}, on a pool whose workers idle for ever`, async () => {
        expect(await keptOf(await refsOf(own, how, log.file))).to.deep.equal([]);
      });

      it(`that ${name}, on the default pool`, async () => {
        expect(await keptOf(await refsOf(kind, how, log.file))).to.deep.equal([]);
      });

      if (how.task === 'exit' || how.extra !== undefined) continue;
      it(`that ${name}, in its worker`, async () => {
        await refsOf(own, how, log.file);
        await until(() => log.lines().length > 1);
        expect(log.lines()).to.deep.equal(['begun', 'kept: ']);
      });
    }

    it('that has ended while another one is at work on the same worker', async () => {
      await using pool: Pool & AsyncDisposable =
        kind === 'thread' ? new ThreadPool({ ...config, workers: 1 }) : new ProcessPool({ ...config, workers: 1 });
      const first = refsOf(pool, { task: 'return' }, log.file);
      const second = new Promise((resolve) => {
        parallel$(waitForLine, [log.file], { pool }).subscribe({
          complete: () => {
            resolve(undefined);
          },
        });
      });
      expect(await keptOf(await first)).to.deep.equal([]);
      await second;
      expect(log.lines()).to.deep.equal(['begun', 'kept: ']);
    });
  });

describe('nothing of a run outlives it (this thread)', function () {
  this.timeout(60_000);
  const pool = new LocalPool({ workers: 2 });

  for (const [name, how] of Object.entries(ENDINGS))
    if (how.task !== 'exit' && how.extra === undefined)
      it(`that ${name}`, async () => {
        expect(await keptOf(await refsOf(pool, how, ''))).to.deep.equal([]);
      });
});

describe('nothing of a run outlives it (a new process)', () => {
  for (const kind of ['thread', 'process'])
    it(`that is the first, and starts the first worker (${kind})`, () => {
      const [index, collected] = ['../../src/index.ts', '../support/collected.ts'].map((path) =>
        JSON.stringify(new URL(path, import.meta.url)),
      );
      const script = `
        const { parallel$ } = await import(${String(index)});
        const { keptOf } = await import(${String(collected)});
        const refsOf = async () => {
          const item = {};
          await new Promise((complete) => parallel$(() => 1, [item], { pool: '${kind}' }).subscribe({ complete }));
          return { item: new WeakRef(item) };
        };
        console.log(JSON.stringify(await keptOf(await refsOf())));
      `;
      const flags = [...process.execArgv, '--input-type=module', '--eval', script];
      const { stdout, stderr } = spawnSync(process.execPath, flags, { encoding: 'utf8', timeout: 50_000 });
      expect(stderr).to.equal('');
      expect(stdout).to.equal('[]\n');
    }).timeout(60_000);
});
