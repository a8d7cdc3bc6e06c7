/* eslint-disable @typescript-eslint/unbound-method -- Methods taken from their objects are what it is about. */
import { expect } from 'chai';
import { sourceOf } from '../../src/tasks/sourceOf.ts';

describe('sourceOf', () => {
  it('gives the text of functions, methods and classes', () => {
    const arrow = (n: number): number => n * 2;
    expect(sourceOf(arrow)).to.equal(String(arrow));
    const methods = {
      double(n: number) {
        return n * 2;
      },
    };
    expect(sourceOf(methods.double)).to.match(/^double\(n *\)/);
    expect(
      sourceOf(
        class Doubler {
          process() {
            return [];
          }
        },
      ),
    ).to.match(/^class Doubler/);
  });

  it('gives the text also where toString says something else', () => {
    const task = Object.assign((n: number) => n, { toString: () => 'not this' });
    expect(sourceOf(task)).to.match(/=> n$/);
  });

  it('takes a function that calls a native one', () => {
    expect(sourceOf((n: number) => `${String(Math.sqrt(n))} [native code]`)).to.match(/Math\.sqrt/);
  });

  for (const [what, task] of Object.entries({
    'native functions': Math.sqrt,
    'bound functions': function named(): number {
      return 1;
    }.bind(null),
    'functions behind a proxy': new Proxy((n: number) => n, {}),
  })) {
    it(`refuses ${what}, and says what to do`, () => {
      expect(() => sourceOf(task)).to.throw(
        TypeError,
        /^the task .* cannot be sent to a worker: a native or bound function has no source text\. .*tasks\(new URL/,
      );
    });
  }

  it('names the function that it refuses', () => {
    expect(() => sourceOf(Math.sqrt)).to.throw(TypeError, 'the task "sqrt" cannot');
    expect(() =>
      sourceOf(
        (
          () => (): void =>
            undefined
        )().bind(null),
      ),
    ).to.throw(TypeError, 'the task "bound " cannot');
    const unnamed = Object.defineProperty(Math.sqrt.bind(null), 'name', { value: 5 });
    expect(() => sourceOf(unnamed)).to.throw(TypeError, 'the task "anonymous" cannot');
  });

  it('refuses a method that uses super, since it would mean another object there', () => {
    const child = {
      greet(): string {
        // eslint-disable-next-line -- TypeScript knows no type for super in an object.
        return super.toString();
      },
    };
    expect(() => sourceOf(child.greet)).to.throw(TypeError, "'super' means nothing outside");
  });

  it('refuses an arrow function that uses super', () => {
    class Parent {
      greet(): string {
        return 'hello';
      }
    }
    class Child extends Parent {
      arrow(): () => string {
        return () => super.greet();
      }
    }
    expect(() => sourceOf(new Child().arrow())).to.throw(TypeError, "'super' keyword unexpected here");
  });

  it('takes a class, or a function with a class inside, that uses super', () => {
    class Table extends Map<string, number> {
      constructor() {
        super([['a', 1]]);
      }
    }
    const task = (n: number): number => {
      class Inner extends Array<number> {
        constructor() {
          super(n);
        }
      }
      return new Inner().length;
    };
    expect(sourceOf(Table)).to.match(/super/);
    expect(sourceOf(task)).to.match(/super/);
  });

  it('refuses what only compiles where it stands', () => {
    class Keeper {
      #keep(n: number): number {
        return n;
      }
      get(): (n: number) => number {
        return this.#keep;
      }
    }
    expect(() => sourceOf(new Keeper().get())).to.throw(TypeError, 'the task "#keep" cannot be sent to a worker');
  });

  it('runs nothing of the function', () => {
    const runs: string[] = [];
    (globalThis as { runs?: string[] }).runs = runs;
    const Task = (0, eval)('(class { static { runs.push("static block"); } process() {} })') as new () => object;
    expect(runs).to.have.length(1);
    expect(sourceOf(Task)).to.match(/static block/);
    expect(runs).to.have.length(1);
    delete (globalThis as { runs?: string[] }).runs;
  });
});
