import { setImmediate as turn, setTimeout as later } from 'node:timers/promises';
import { expect } from 'chai';
import { asyncScheduler, of, Subject } from 'rxjs';
import type { WorkerClient } from '../../../src/pools/workers/WorkerClient.ts';
import type { Job } from '../../../src/pools/pool.ts';
import { WorkerSlot } from '../../../src/pools/workers/WorkerSlot.ts';
import { nodeWorkers } from '../../../src/pools/workers/node/nodeWorkers.ts';
import { resolveSettings } from '../../../src/pools/workers/config/resolveSettings.ts';
import type { WorkerPoolConfig } from '../../../src/pools/workers/config/WorkerPoolConfig.ts';
import { toTask } from '../../../src/tasks/toTask.ts';
import { OPEN_GATE$ } from '../../../src/util/rx/startGate.ts';
import { collect } from '../../support/collected.ts';

const nothing = (): void => undefined;
const double = (n: number): number => 2 * n;

/** A worker that answers at once, and notes what it is called for. */
class FakeWorker {
  readonly opened = new Set<number>();
  readonly exited = new Promise<never>(() => undefined);
  readonly dead = false;
  itemsGiven = 0;
  readonly ref = nothing;
  readonly unref = nothing;
  killed = 0;
  /** The methods that it does not answer. */
  unanswered: readonly string[] = [];
  readonly end: () => Promise<void>;
  private readonly calls: [method: string, request: unknown][];

  constructor(calls: [method: string, request: unknown][], exited: Promise<void>) {
    this.calls = calls;
    this.end = () => exited;
  }

  kill(): void {
    this.killed += 1;
  }

  call(method: string, request: unknown): Promise<object> {
    this.calls.push([method, request]);
    if (this.unanswered.includes(method)) return new Promise<never>(() => undefined);
    return Promise.resolve({ kind: 'answer', value: { ok: true } });
  }
}

/** A slot whose workers exit when they may. */
function open(config: WorkerPoolConfig = {}): {
  readonly slot: WorkerSlot;
  readonly forgotten: () => unknown[];
  readonly started: () => number;
  readonly calls: [method: string, request: unknown][];
  readonly mayExit: () => void;
} {
  const calls: [method: string, request: unknown][] = [];
  let started = 0;
  let mayExit = (): void => undefined;
  const exited = new Promise<void>((resolve) => {
    mayExit = resolve;
  });
  const slot = new WorkerSlot(resolveSettings(nodeWorkers('thread'), { idleMs: Infinity, ...config }), () => {
    started += 1;
    return new FakeWorker(calls, exited) as unknown as WorkerClient;
  });
  return {
    slot,
    calls,
    started: () => started,
    forgotten: () => calls.filter(([method]) => method === 'forget').map(([, runs]) => runs),
    mayExit,
  };
}

const jobOf = (ended$: Job<number>['ended$']): Job<unknown> => ({
  task: toTask(double),
  args: [0],
  first: 0,
  items: [1],
  attempt: 1,
  timeout: undefined,
  transfer: undefined,
  gate$: OPEN_GATE$,
  flowing$: of(true),
  ended$,
  scheduler: asyncScheduler,
});

describe('WorkerSlot', () => {
  const ENDS: Record<string, (ended$: Subject<void>) => void> = {
    emits: (ended$) => {
      ended$.next();
    },
    completes: (ended$) => {
      ended$.complete();
    },
    'emits and completes': (ended$) => {
      ended$.next();
      ended$.next();
      ended$.complete();
    },
    fails: (ended$) => {
      ended$.error(new Error('over'));
    },
  };

  for (const [name, end] of Object.entries(ENDS))
    for (const when of ['while it idles', 'while another run is at work'] as const)
      it(`lets its worker forget a run, once, whose end ${name} ${when}`, async () => {
        const { slot, forgotten } = open();
        const [one$, two$] = [new Subject<void>(), new Subject<void>()];
        slot.begin();
        const worker = (await slot.ready()) as WorkerClient;
        const [one, two] = [await slot.open(worker, jobOf(one$)), await slot.open(worker, jobOf(two$))];
        if (when === 'while it idles') slot.pause();

        end(one$);
        await turn();
        expect(forgotten()).to.deep.equal([[one]]);
        expect([...worker.opened]).to.deep.equal([two]);
        expect([one$.observed, two$.observed]).to.deep.equal([false, true]);
        slot.pause();
        end(two$);
        await turn();
        expect(forgotten()).to.deep.equal([[one], [two]]);
      });

  it('lets its worker forget a run that ended while its task was being loaded', async () => {
    const { slot, forgotten } = open();
    const ended$ = new Subject<void>();
    slot.begin();
    const worker = (await slot.ready()) as WorkerClient;
    const opening = slot.open(worker, jobOf(ended$));
    ended$.next();
    const run = await opening;
    expect(forgotten()).to.deep.equal([]);
    slot.pause();
    await turn();
    expect(forgotten()).to.deep.equal([[run]]);
    expect(worker.opened.size).to.equal(0);
  });

  describe('a worker that has run items, and loads the next task', () => {
    /** Longer than a worker may block its thread. */
    const LATE_MS = 2500;

    for (const [title, unanswered, killed] of [
      ['goes on, however long the arguments are on their way', ['open'], 0],
      ['is killed if it receives no messages', ['open', 'forget'], 1],
    ] as const)
      it(title, async () => {
        const slots = [open(), open()].map(({ slot }) => slot);
        const workers = await Promise.all(
          slots.map(async (slot) => {
            slot.begin();
            const worker = (await slot.ready()) as WorkerClient;
            const fake = worker as unknown as FakeWorker;
            slot.give(worker, 1);
            fake.unanswered = unanswered;
            void slot.open(worker, jobOf(new Subject<void>()));
            return fake;
          }),
        );
        await later(LATE_MS);
        expect(workers.map((worker) => worker.killed)).to.deep.equal([killed, killed]);
      });
  });

  it('ends when all workers that it has let go have exited', async () => {
    const { slot, mayExit, started } = open({ maxTasksPerWorker: 1 });
    slot.begin();
    for (let n = 0; n < 3; n += 1) slot.give((await slot.ready()) as WorkerClient, 1);
    slot.pause();
    let ended = false;
    const end = slot.end().then(() => (ended = true));
    await turn();
    expect(ended).to.equal(false);
    mayExit();
    await end;
    expect(started()).to.equal(4);
  });

  it('keeps nothing of the workers that it has replaced', async () => {
    const { slot, calls, mayExit, started } = open({ maxTasksPerWorker: 1 });
    const replace = async (times: number): Promise<number> => {
      for (let n = 0; n < times; n += 1) {
        slot.begin();
        const worker = (await slot.ready()) as WorkerClient;
        slot.give(worker, 1);
        slot.pause();
        calls.length = 0;
      }
      collect();
      return process.memoryUsage().heapUsed;
    };

    mayExit();
    const before = await replace(1000);
    const after = await replace(10_000);
    expect(started()).to.equal(11_001);
    // An array and a promise of each would be a megabyte.
    expect(after - before).to.be.below(300_000);
    await slot.end();
  });
});
