import { expect } from 'chai';
import { callable } from '../../src/tasks/callable.ts';
import { TaskLoadError } from '../../src/tasks/errors/errors.ts';

describe('callable', () => {
  const add = (...numbers: number[]): number => numbers.reduce((a, b) => a + b);

  it('calls a function with the item and the arguments', () => {
    expect(callable(add, 'item', [])(1)).to.equal(1);
    expect(callable(add, 'item', [2, 3])(1)).to.equal(6);
  });

  it('calls a function with a spread item and the arguments', () => {
    expect(callable(add, 'spread', [3])([1, 2])).to.equal(6);
  });

  it('makes a processor with the arguments, once, whether its process is a method or a field', () => {
    let made = 0;
    class Method {
      readonly n: number;
      constructor(n: number) {
        this.n = n;
        made += 1;
      }
      *process(batch: readonly number[]): Generator<number> {
        for (const item of batch) yield item + this.n;
      }
    }
    class Field {
      constructor(n: number) {
        made += 1;
        this.process = (batch) => batch.map((item) => item + n);
      }
      process: (batch: readonly number[]) => readonly number[];
    }

    for (const processor of [Method, Field]) {
      made = 0;
      const call = callable(processor, 'processor', [10]);
      for (const batch of [[1, 2], [3]])
        expect([...(call(batch) as Iterable<number>)]).to.deep.equal(batch.map((item) => item + 10));
      expect(made).to.equal(1);
    }
  });

  it('makes a processor of a class that a compiler has made a function of', () => {
    // eslint-disable-next-line @typescript-eslint/no-empty-function -- It is the constructor.
    function Old(): void {}
    Object.assign(Old.prototype as object, { process: (batch: unknown) => batch });

    expect([...(callable(Old, 'processor', [])([1]) as Iterable<number>)]).to.deep.equal([1]);
  });

  it('refuses a class that is to be called', () => {
    class A {
      readonly n = 1;
    }
    for (const style of ['item', 'spread'] as const)
      expect(() => callable(A, style, [])).to.throw(
        TaskLoadError,
        'A is a class: give it to parallelGen, or write a function',
      );
  });

  it('refuses a class that processes nothing', () => {
    class A {
      readonly n = 1;
    }
    expect(() => callable(A, 'processor', [])).to.throw(TaskLoadError, 'the class A needs a method process(batch)');
    expect(() =>
      callable(
        class {
          readonly n = 1;
        },
        'processor',
        [],
      ),
    ).to.throw(TaskLoadError, 'the class anonymous needs a method');
  });
});
