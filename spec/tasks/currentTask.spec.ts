import { expect } from 'chai';
import { setImmediate as turn } from 'node:timers/promises';
import { currentTask, runAsTask, setCurrentTask, type TaskContext } from '../../src/tasks/currentTask.ts';

const contextOf = (index: number): TaskContext => ({ index, attempt: 1, signal: new AbortController().signal });

describe('currentTask', () => {
  afterEach(() => {
    setCurrentTask(undefined);
  });

  it('is undefined outside a task', () => {
    expect(currentTask()).to.equal(undefined);
  });

  it('is what the worker has set, also after an await, until it is set anew', async () => {
    const context = contextOf(3);
    setCurrentTask(context);
    await turn();
    expect(currentTask()).to.equal(context);
    setCurrentTask(undefined);
    expect(currentTask()).to.equal(undefined);
  });

  it('is that of its own task where several run at once in one thread', async () => {
    const seen = await Promise.all(
      [1, 2, 3].map((index) =>
        runAsTask(contextOf(index), async () => {
          await turn();
          return currentTask()?.index;
        }),
      ),
    );
    expect(seen).to.deep.equal([1, 2, 3]);
    expect(currentTask()).to.equal(undefined);
  });

  it('is that of the inner task where a task runs tasks in its own thread', () => {
    setCurrentTask(contextOf(1));
    runAsTask(contextOf(2), () => {
      expect(currentTask()?.index).to.equal(2);
    });
    expect(currentTask()?.index).to.equal(1);
  });

  it('gives what the task gave, and throws what it threw', () => {
    expect(runAsTask(contextOf(1), () => 'result')).to.equal('result');
    expect(() =>
      runAsTask(contextOf(1), () => {
        throw new RangeError('no');
      }),
    ).to.throw(RangeError, 'no');
    expect(currentTask()).to.equal(undefined);
  });

  it('asks for the signal only when the task does', () => {
    let asked = 0;
    const lazy: TaskContext = {
      index: 0,
      attempt: 1,
      get signal() {
        asked++;
        return new AbortController().signal;
      },
    };
    setCurrentTask(lazy);
    expect(currentTask()?.index).to.equal(0);
    expect(asked).to.equal(0);
    expect(currentTask()?.signal.aborted).to.equal(false);
    expect(asked).to.equal(1);
  });

  it('is seen through another copy of the module', async () => {
    const copy = (await import(
      `../../src/tasks/currentTask.ts?copy=${String(1)}`
    )) as typeof import('../../src/tasks/currentTask.ts');
    expect(copy.currentTask).to.not.equal(currentTask);
    setCurrentTask(contextOf(4));
    expect(copy.currentTask()?.index).to.equal(4);
    runAsTask(contextOf(5), () => {
      expect(copy.currentTask()?.index).to.equal(5);
    });
  });
});
