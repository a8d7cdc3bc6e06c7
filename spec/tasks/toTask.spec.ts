import { expect } from 'chai';
import { assertSendable } from '../../src/tasks/assertSendable.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import { toTask } from '../../src/tasks/toTask.ts';

const moduleTask = tasks<{ double: (n: number) => number }>(new URL('file:///x.js')).double;

describe('toTask', () => {
  it('makes a task of a function, with its text and the function itself', () => {
    const double = (n: number): number => n * 2;
    const task = toTask(double);
    expect(task.live).to.equal(double);
    expect(task.style).to.equal('item');
    expect(task.origin).to.deep.equal({ kind: 'source', name: 'double', text: String(double) });
  });

  it('makes one task of one function and style', () => {
    const double = (n: number): number => n * 2;
    expect(toTask(double)).to.equal(toTask(double));
    expect(toTask(double, 'spread')).to.equal(toTask(double, 'spread')).and.not.equal(toTask(double));
    expect(toTask(double, 'spread').style).to.equal('spread');
  });

  it('takes the text of a function only when it is asked for', () => {
    expect(toTask(Math.sqrt).live).to.equal(Math.sqrt);
    expect(() => structuredClone(toTask(Math.sqrt).origin)).to.throw(TypeError, 'the task "sqrt" cannot be sent');
  });

  it('takes a class', () => {
    class Upper {
      process(batch: readonly string[]): string[] {
        return batch.map((item) => item.toUpperCase());
      }
    }
    expect(toTask(Upper, 'processor')).to.include({ live: Upper, style: 'processor' });
  });

  it('refuses a class where a function is asked for, and says what to do', () => {
    class Upper {
      readonly n = 1;
    }
    const advice = 'is a class: give it to parallelGen, or write a function';
    for (const style of ['item', 'spread'] as const) {
      expect(() => toTask(Upper, style)).to.throw(TypeError, `Upper ${advice}`);
      expect(() => toTask(class extends Upper {}, style)).to.throw(TypeError, `anonymous ${advice}`);
    }
  });

  it('takes what only looks like a class, and classes that can be called', () => {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- It is what it is about.
    const { class: method } = {
      class() {
        return 1;
      },
    };
    for (const callable of [method, Number, (classes: unknown) => classes])
      expect(toTask(callable)).to.include({ live: callable });
  });

  it('gives a task of a module as it is, or with another style', () => {
    expect(toTask(moduleTask)).to.equal(moduleTask);
    expect(toTask(moduleTask, 'spread')).to.deep.equal({ ...moduleTask, style: 'spread' });
    expect(toTask(moduleTask, 'spread')).to.equal(toTask(moduleTask, 'spread'));
  });

  it('refuses everything else', () => {
    for (const [wrong, shown] of [
      [undefined, 'undefined'],
      [5, '5'],
      ['./x.js', "'./x.js'"],
      [{}, '{}'],
      [{ origin: 5 }, '{ origin: 5 }'],
    ] as const)
      expect(() => toTask(wrong as never)).to.throw(
        TypeError,
        `task must be a function or come from tasks(...), not ${shown}`,
      );
  });

  it('refuses all tasks of a module, and says that one is to be picked', () => {
    for (const style of ['item', 'spread', 'processor'] as const)
      expect(() => toTask(tasks(new URL('file:///x.js')) as never, style)).to.throw(
        TypeError,
        'task is all of tasks(...): pick one of its exports, as in tasks(...).name',
      );
  });
});

describe('assertSendable', () => {
  it('takes tasks of modules, and functions that have a text', () => {
    assertSendable(moduleTask);
    assertSendable(toTask((n: number) => n));
  });

  it('refuses functions that have none', () => {
    expect(() => {
      assertSendable(toTask(Math.sqrt));
    }).to.throw(TypeError, 'the task "sqrt" cannot be sent to a worker');
  });
});
