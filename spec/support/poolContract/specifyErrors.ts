import { expect } from 'chai';
import {
  TaskCloneError,
  TaskError,
  TaskLoadError,
  TaskTimeoutError,
  WorkerCrashError,
} from '../../../src/tasks/errors/errors.ts';
import { tasks } from '../../../src/tasks/tasks.ts';
import type { Scratch } from '../scratch.ts';
import { HANG } from './poolTasks.ts';
import { url, type PoolBench } from './PoolBench.ts';
import type { PoolTraits, Specify } from './PoolTraits.ts';

/** Specifies the errors of items, as the public operators show them. */
export function specifyErrors(bench: PoolBench, specify: Specify, { promises }: PoolTraits, log: Scratch): void {
  const { t } = bench;
  const returning = { onError: 'return', ordered: true } as const;
  const results = async (
    task: Parameters<PoolBench['run']>[0],
    items: readonly unknown[],
    config = {},
  ): Promise<unknown[]> =>
    (await bench.run(task, items, { ...returning, ...config })).values.map(([, result]) => result);

  describe('and of an item that fails', () => {
    it('gives what was thrown: class, message, stack, cause and own properties', async () => {
      const [error] = await results(t.throwRich, ['x']);
      expect(error).to.be.instanceOf(TaskError).and.include({ index: 0, item: 'x', attempts: 1 });
      const { cause } = error as TaskError;
      expect(cause).to.be.instanceOf(RangeError).and.include({ message: 'rich', code: 'E_RICH' });
      expect(cause).to.have.deep.property('at', [1, 2n]);
      expect(cause).to.have.property('cause').that.is.instanceOf(TypeError).with.property('message', 'the cause');
      expect((cause as Error).stack).to.include('poolTasks.ts');
    });

    it('gives it also where it is no error', async () => {
      const errors = await results(t.throwNamed, ['undefined', 'null', 'zero', 'empty', 'text']);
      expect(errors.map((error) => error instanceof TaskError && error.cause)).to.deep.equal([
        undefined,
        null,
        0,
        '',
        'text',
      ]);
    });

    it('gives what a generator has yielded before', async () => {
      const [one, two, error] = await results(t.countAndThrow, [2]);
      expect([one, two]).to.deep.equal([1, 2]);
      expect(error).to.be.instanceOf(TaskError).with.nested.property('cause.message', 'after its yields');
    });

    it('tries it again with the same index, as often as it may', async () => {
      const [first, second, third] = await results(t.failUntil, [1, 3, 9], { retry: 2 });
      expect([first, second]).to.deep.equal([1, 3]);
      expect(third).to.be.instanceOf(TaskError).and.include({ index: 2, attempts: 3 });
    });

    it('tells it from the others where transfer throws', async () => {
      const transfer = (n: number): Transferable[] => {
        if (n === 1) throw new RangeError('nothing to move');
        return [];
      };
      const [zero, one, two] = await results(t.double, [0, 1, 2], { transfer });
      expect([zero, two]).to.deep.equal([0, 4]);
      expect(one).to.be.instanceOf(TaskError).with.nested.property('cause.message', 'nothing to move');
    });

    specify('ends the run where a module does not load, whatever onError says', ['modules'], async () => {
      const { double } = tasks<typeof t>(url);
      const { lost } = tasks<Record<'lost', () => void>>(new URL('nowhere.ts', url));
      expect((await bench.run(double as never, [1])).values).to.deep.equal([[0, 2]]);
      for (const onError of ['throw', 'return', 'skip']) {
        const run = await bench.run(lost as never, [1, 2], { onError });
        expect(run.values).to.deep.equal([]);
        expect(run.errors[0]).to.be.instanceOf(TaskLoadError);
      }
    });

    specify('names it where it or its result cannot be copied', ['copies'], async () => {
      for (const chunkSize of [1, 5]) {
        const [one, two, three] = await results(t.same, [1, () => 2, 3], { chunkSize });
        expect([one, three]).to.deep.equal([1, 3]);
        expect(two).to.be.instanceOf(TaskCloneError).with.property('index', 1);

        const [first, second, third] = await results(t.giveFunction, [1, 2, 3], { chunkSize });
        expect([first, third]).to.deep.equal([1, 3]);
        expect(second).to.be.instanceOf(TaskCloneError).with.property('index', 1);
      }
    });

    specify('moves the buffers of its item, and not those of others', ['transfer'], async () => {
      const [moved, kept] = [new ArrayBuffer(5), new ArrayBuffer(6)];
      const transfer = (buffer: ArrayBuffer): Transferable[] => (buffer === moved ? [moved] : []);
      expect(await results(t.sizeOf, [moved, kept], { transfer })).to.deep.equal([5, 6]);
      expect([moved.byteLength, kept.byteLength]).to.deep.equal([0, 6]);
    });

    it('charges one that is late, and no other, and tells its task to stop', async () => {
      const task = promises ? t.noteAndWait : t.note;
      const [a, late, b] = await results(task, ['a', HANG, 'b'], { timeout: 100, args: [log.file] });
      expect([a, b]).to.deep.equal(['a', 'b']);
      expect(late).to.be.instanceOf(TaskTimeoutError).and.include({ index: 1, item: HANG });
      await log.has('told to stop');
      await bench.fill();
    });

    specify('charges one whose worker dies, after its last try, and no other', ['crash'], async () => {
      const [once, often, never] = await results(t.dieUntil, [2, 9, 1], { crashRetries: 1 });
      expect([once, never]).to.deep.equal([2, 1]);
      expect(often).to.be.instanceOf(WorkerCrashError).and.include({ index: 1, item: 9, attempts: 2 });
      await bench.fill();
    });
  });
}
