import { expect } from 'chai';
import { defer, lastValueFrom, toArray } from 'rxjs';
import {
  parallel,
  parallel$,
  registerError,
  TaskCloneError,
  TaskError,
  tasks,
  TaskTimeoutError,
  ThreadPool,
  WorkerCrashError,
} from '../../../src/index.ts';
import { caught } from './caught.ts';
import { images, started, terminating, watched } from './scripts.ts';
import { OddError } from './tasks/images.ts';

describe('failures in a page', () => {
  it('have the class, the code, the stack and the cause of the error', async () => {
    registerError({ OddError });
    const odd = await caught(parallel(images.refuse, ['odd']));
    expect(odd).to.be.instanceOf(TaskError);
    expect(odd.cause).to.be.instanceOf(OddError).with.property('code', 7);
    expect((odd.cause as Error).stack).to.include('refuse');

    const plain = await caught(parallel(images.refuse, ['plain']));
    expect(plain.cause).to.be.instanceOf(TypeError);
    expect((plain.cause as Error).cause)
      .to.be.instanceOf(RangeError)
      .with.property('message', 'a cause');
    expect((await caught(parallel(images.refuse, ['dom']))).cause)
      .to.be.instanceOf(DOMException)
      .with.property('name', 'AbortError');
    expect(await caught(parallel(images.refuse, ['nothing']))).to.have.property('cause', undefined);
  });

  it('explain a variable that is not in the worker', async () => {
    const factor = 3;
    const error = await caught(parallel((n: number) => n * factor, [1]));
    expect(error.cause).to.be.instanceOf(ReferenceError);
    expect((error.cause as Error).message).to.include('is not defined in the worker');
  });

  it('name what an inline function must not use of the code around it', async () => {
    // Made by eval, so that no compiler changes them.
    for (const [text, words] of [
      ['(function () { return () => arguments[0] })()', "'arguments' in an arrow function"],
      ['({ f() { return () => super.toString() } }).f()', 'Write it without `super`'],
      ['(new (class { #n = 1; f() { return () => this.#n } })()).f()', 'uses no private members'],
    ] as const) {
      const made = defer(() => parallel$((0, eval)(text) as () => unknown, [1]));
      expect((await caught(lastValueFrom(made))).message).to.include(words);
    }
  });

  it('show a value that is an error by its class and its message', () => {
    expect(() => tasks(new RangeError('no URL') as never)).to.throw(TypeError, 'not RangeError: no URL\n');
  });

  it('name the part of an item, or of a result, that cannot be cloned', async () => {
    const item = await caught(parallel((n: unknown) => n, [{ act: () => 1 }] as never));
    expect(item).to.be.instanceOf(TaskCloneError);
    expect(item.message).to.include('act');
    const result = await caught(parallel(images.unsendable, [1]));
    expect(result).to.be.instanceOf(TaskCloneError);
    expect(result.message).to.include('act');
  });

  it('of a result that is nested too deep are those of one item', async () => {
    const deep = (depth: number): unknown => {
      let value: unknown = 0;
      for (let n = 0; n < depth; n += 1) value = [value];
      return value;
    };
    const outcomes = await lastValueFrom(parallel$(deep, [3, 300_000, 4], { onError: 'return' }).pipe(toArray()));
    const [first, , third] = outcomes.sort(([a], [b]) => a - b).map(([, value]) => value);
    expect([first, third]).to.deep.equal([[[[0]]], [[[[0]]]]]);
  });

  for (const way of ['throw', 'reject', 'close'])
    it(`of a worker that ends by itself (${way}) are crashes, and its item is tried again`, async () => {
      expect(await parallel(images.die, [way], { crashRetries: 1 })).to.deep.equal([2]);
      const error = await caught(parallel(images.die, [way], { crashRetries: 0 }));
      expect(error).to.be.instanceOf(WorkerCrashError);
      if (way === 'close') expect(error).to.have.property('exitCode', 0);
      else expect(error.cause).to.be.instanceOf(RangeError).with.property('message', 'stray');
    });

  it('of workers that somebody else terminates are crashes, and their items run in another worker', async () => {
    await using pool = new ThreadPool({ workers: 1 });
    started.length = 0;
    expect(await parallel(terminating(1).announce, [1000], { pool })).to.deep.equal([1000]);
    expect(started).to.have.length(2);

    const crash = await caught(parallel(terminating(Infinity).announce, [60_000], { pool, crashRetries: 0 }));
    expect(crash).to.be.instanceOf(WorkerCrashError);
  });

  it('of a task that loops on end it in time, and leave the others as they are', async () => {
    const outcomes = await lastValueFrom(
      parallel$(images.loop, [1, -1, 3], { timeout: 300, onError: 'return' }).pipe(toArray()),
    );
    const sorted = outcomes.sort(([a], [b]) => a - b).map(([, value]) => value);
    expect([sorted[0], sorted[2]]).to.deep.equal([1, 3]);
    expect(sorted[1]).to.be.instanceOf(TaskTimeoutError);
  });

  it('do not come from a task that is told to stop: its worker goes on', async () => {
    await using pool = new ThreadPool({ workers: 1 });
    started.length = 0;
    for (const task of [watched.wait, watched.loop]) {
      const controller = new AbortController();
      const aborted = caught(
        parallel(task, [task === watched.loop ? -1 : 60_000], { pool, signal: controller.signal }),
      );
      while (started.length === 0) await later(10);
      await later(300);
      controller.abort();
      expect(await aborted).to.have.property('name', 'AbortError');
      expect(await parallel(watched.double, [4], { pool })).to.deep.equal([8]);
    }
    // The loop does not stop, so that its worker is replaced.
    expect(started.length).to.be.within(2, 3);
  });
});

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
