import { expect } from 'chai';
import { asyncScheduler, NEVER, of } from 'rxjs';
import { TaskTimeoutError, WorkerCrashError } from '../../../../src/tasks/errors/errors.ts';
import { toTask } from '../../../../src/tasks/toTask.ts';
import { PoolLifecycle } from '../../../../src/pools/shared/PoolLifecycle.ts';
import type { Answer, Listener, WorkerClient } from '../../../../src/pools/workers/WorkerClient.ts';
import type { Job, Settlements } from '../../../../src/pools/pool.ts';
import type { WorkerSlot } from '../../../../src/pools/workers/WorkerSlot.ts';
import { JobRun } from '../../../../src/pools/workers/job/JobRun.ts';

/** A slot whose workers answer what they are sent, but whose messages are lost. */
const slotOf = (
  answer: (method: string, on: Listener | undefined) => Answer<unknown> | Promise<Answer<unknown>>,
): { slot: WorkerSlot; calls: string[] } => {
  const calls: string[] = [];
  const start = (): WorkerClient => {
    let died = (): void => undefined;
    const worker = {
      dead: false,
      exited: new Promise((resolve) => {
        died = () => {
          resolve({ exitCode: 1, signal: undefined, stderr: '' });
        };
      }),
      call: (method: string, _request: unknown, on?: Listener) => {
        calls.push(method);
        return Promise.resolve(answer(method, on));
      },
      kill: () => {
        calls.push('kill');
        worker.dead = true;
        died();
      },
    };
    return worker as unknown as WorkerClient;
  };
  let worker = start();
  const slot = {
    launcher: { kind: 'thread' },
    graceMs: 100,
    bootTimeoutMs: 1000,
    ready: () => {
      if (worker.dead) worker = start();
      return Promise.resolve(worker);
    },
    open: () => Promise.resolve(1),
    remainingFor: () => Infinity,
    give: () => undefined,
    addWork: () => undefined,
    keep: () => undefined,
    startNext: () => undefined,
  };
  return { slot: slot as unknown as WorkerSlot, calls };
};

const jobOf = (items: readonly unknown[], options: Partial<Job<unknown>> = {}): Job<unknown> => ({
  task: toTask((n: number) => n),
  args: [],
  first: 0,
  items,
  attempt: 1,
  timeout: undefined,
  transfer: undefined,
  gate$: of(0),
  flowing$: of(true),
  ended$: NEVER,
  scheduler: asyncScheduler,
  ...options,
});

const settledBy = async (slot: WorkerSlot, job: Job<unknown>): Promise<readonly Settlements<unknown>[]> => {
  const settled: Settlements<unknown>[] = [];
  const receive = (settlements: Settlements<unknown>): void => void settled.push(settlements);
  await new JobRun(slot, job, new PoolLifecycle('this pool'), receive, () => false).run();
  return settled;
};

describe('a batch that is answered, and of which nothing settles,', () => {
  const answered = (generating: boolean): Answer<unknown> => ({ kind: 'answer', value: { generating } });

  const answers: readonly (readonly [string, () => Answer<unknown>])[] = [
    ['without a word', () => answered(false)],
    ['by a generator that never yields', () => answered(true)],
    ['by what cannot be read', () => ({ kind: 'unreadable', reason: new Error('no') })],
  ];
  for (const [what, answer] of answers)
    it(`is sent again only so often, and its items fail then: ${what}`, async () => {
      const { slot, calls } = slotOf(answer);
      const settled = await settledBy(slot, jobOf(['a', 'b']));
      const errors = settled.flatMap(({ errors: own = [] }) => own.map(([, error]) => error));
      expect(errors).to.have.lengthOf(2);
      for (const [index, error] of errors.entries())
        expect(error)
          .to.be.instanceOf(WorkerCrashError)
          .with.property('message')
          .that.includes(`on item ${String(index)}: exit code 1, it answered without a result`);
      expect(calls.filter((call) => call === 'batch')).to.have.length.below(8);
      expect(calls.filter((call) => call === 'kill')).to.have.length.above(2);
    });

  it('goes to another worker, where its items settle if that one is received', async () => {
    let batches = 0;
    const { slot } = slotOf((method, on) => {
      if (method === 'batch' && (batches += 1) === 2) on?.({ kind: 'settled', from: 0, values: ['A', 'B'] });
      return answered(false);
    });
    const [results] = await settledBy(slot, jobOf(['a', 'b']));
    expect(results).to.deep.include({ from: 0, values: ['A', 'B'] });
    expect(batches).to.equal(2);
  });

  it('is not sent again of which something was moved', async () => {
    const { slot, calls } = slotOf(() => answered(false));
    const settled = await settledBy(slot, jobOf(['a'], { transfer: () => [] }));
    expect(settled.flatMap(({ errors = [] }) => errors)).to.have.lengthOf(1);
    expect(calls).to.deep.equal(['batch', 'kill']);
  });
});

describe('a batch whose item was late, and whose answer comes after that,', () => {
  const lateAnswers: readonly (readonly [string, Answer<unknown>])[] = [
    ['that it was refused', { kind: 'unsendable', reason: new Error('refused') }],
    ['that it cannot be read', { kind: 'unreadable', reason: new Error('unread') }],
    ['as any other', { kind: 'answer', value: { generating: false } }],
  ];
  for (const [how, late] of lateAnswers)
    it(`fails no other item: ${how}`, async () => {
      let batches = 0;
      let answerLate = (): void => undefined;
      const { slot } = slotOf((method, on) => {
        if (method === 'stop') answerLate();
        if (method !== 'batch') return { kind: 'answer', value: undefined };
        batches += 1;
        if (batches === 1)
          return new Promise((resolve) => {
            answerLate = () => {
              resolve(late);
            };
          });
        on?.({ kind: 'settled', from: 0, values: ['B', 'C'] });
        return { kind: 'answer', value: { generating: false } };
      });
      const settled = await settledBy(slot, jobOf(['a', 'b', 'c'], { timeout: 5 }));
      const errors = settled.flatMap(({ from, errors: own = [] }) =>
        own.map(([at, error]) => [from + at, error] as const),
      );
      expect(errors).to.have.lengthOf(1);
      expect(errors[0]?.[0]).to.equal(0);
      expect(errors[0]?.[1]).to.be.instanceOf(TaskTimeoutError);
      const values = settled.flatMap(({ from, values: own }) => own.map((value, at) => [from + at, value] as const));
      expect(values.slice(1)).to.deep.equal([
        [1, 'B'],
        [2, 'C'],
      ]);
      expect(batches).to.equal(2);
    });
});
