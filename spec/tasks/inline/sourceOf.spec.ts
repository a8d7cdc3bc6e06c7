/* eslint-disable @typescript-eslint/unbound-method -- Methods taken from their objects are what it is about. */
import { expect } from 'chai';
import { sourceOf } from '../../../src/tasks/inline/sourceOf.ts';

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

  it('takes a method that only speaks of super', () => {
    const methods = {
      greet(): string {
        // It is super.
        return 'super.greet()';
      },
      async *nest(): AsyncGenerator<number> {
        class Base {
          of(): number {
            return 1;
          }
        }
        class Child extends Base {
          override of(): number {
            return super.of();
          }
        }
        yield await Promise.resolve(new Child().of());
      },
    };
    expect(sourceOf(methods.greet)).to.match(/super/);
    expect(sourceOf(methods.nest)).to.match(/super/);
  });

  it('refuses an arrow function that uses the arguments of another, and takes all others that have some', () => {
    const [arrow, own] = (0, eval)(
      '(function () { return [(n) => arguments.length + n, function () { return arguments }] })()',
    ) as [() => unknown, () => unknown];
    expect(() => sourceOf(arrow)).to.throw(
      TypeError,
      "'arguments' in an arrow function are those of the function around it",
    );
    expect(sourceOf(own)).to.match(/arguments/);
    for (const task of [
      (n: { arguments: number }): number => n.arguments,
      () => (0, eval)('(function () { return arguments.length })') as unknown,
      async (n: number): Promise<string> => Promise.resolve(`arguments ${String(n)}`),
    ])
      expect(sourceOf(task)).to.match(/arguments/);
  });

  it('refuses a class whose parent is not there, and takes children of those that are everywhere', () => {
    class Parent {
      readonly n = 1;
    }
    for (const child of [class Child extends Parent {}, class extends Parent {}])
      expect(() => sourceOf(child)).to.throw(
        TypeError,
        /it extends Parent, which is not in its text\. Write a class that stands alone, or export it from a module/,
      );
    const outer = { Parent };
    const mixed = (Base: typeof Parent): typeof Parent => class Mixed extends Base {};
    for (const child of [class Child extends outer.Parent {}, class extends (0 as never, Parent) {}])
      expect(() => sourceOf(child)).to.throw(TypeError, 'it extends Parent, which is not in its text');
    for (const child of [class Child extends mixed(Parent) {}])
      expect(() => sourceOf(child)).to.throw(TypeError, 'it extends Mixed, which is not in its text');
    for (const child of [
      class Child extends globalThis.Map {},
      class Child extends Map {},
      class extends EventTarget {},
      class extends class Own extends Set {} {},
    ])
      expect(sourceOf(child)).to.match(/^class/);
  });

  const compiled = (text: string): ((...args: never[]) => unknown) => (0, eval)(text) as () => unknown;

  it('refuses what calls the helpers of compilers, and says what to do', () => {
    for (const text of [
      '(row) => __rest(row, ["a"])',
      '(row) => tslib_1.__rest(row, ["a"])',
      '(row) => (0, tslib_1.__rest)(row, ["a"])',
    ])
      expect(() => sourceOf(compiled(text))).to.throw(
        TypeError,
        /: it calls __rest, which a compiler has put beside it\. Compile for ES2022 or later, or export it/,
      );
  });

  it('refuses what calls the helpers of swc and Babel, and takes what has names like theirs itself', () => {
    for (const [text, helper] of [
      ['(n) => _object_spread({}, n)', '_object_spread'],
      ['(n) => _objectSpread({}, n)', '_objectSpread'],
      ['(n) => _object_without_properties._(n, ["a"])', '_object_without_properties'],
      ['(n) => (0, _object_without_properties._)(n, ["a"])', '_object_without_properties'],
      ['class Own { constructor() { _define_property(this, "n", 1) } }', '_define_property'],
      ['(n) => _async_to_generator(function* () { yield n })()', '_async_to_generator'],
      ['function f(n) { return _ts_generator(this, function (state) { return [2] }) }', '_ts_generator'],
    ] as const)
      expect(() => sourceOf(compiled(`(${text})`)), text).to.throw(
        TypeError,
        `it calls ${helper}, which a compiler has put beside it. Compile for ES2022 or later, or export it`,
      );
    for (const text of [
      '(n, _object_of) => _object_of(n)',
      '(n) => { const _to_text = String; return _to_text(n) }',
      '(n) => n._define_property(n)',
      '(n) => _(n)',
      'class Reader { _createRow(n) { return n } *process(ns) { for (const n of ns) yield this._createRow(n) } }',
      'class Reader { _defineProperty(n = Number(1)) { return n } *process(ns) { yield this._defineProperty(ns) } }',
      '(n) => { function _to_text(m) { return String(m) } return _to_text(n) }',
      '(n) => { function* _objectSpread(m) { yield m } return [..._objectSpread(n)] }',
    ])
      expect(sourceOf(compiled(`(${text})`)), text).to.equal(text);
  });

  it('says what to do where a later target is of no use', () => {
    for (const [text, remedy] of [
      ["async () => await Promise.resolve().then(() => __importStar(require('x')))", 'Compile to ES modules'],
      [
        "async () => await Promise.resolve().then(() => (0, tslib_1.__importStar)(require('x')))",
        'Compile to ES modules',
      ],
      ["async () => await Promise.resolve().then(() => __toESM(require('x')))", 'Compile to ES modules'],
      ['(n) => { __addDisposableResource({}, n, false) }', 'Do without decorators and `using`'],
      ['class Counter { constructor() { __runInitializers(this, []) } }', 'Do without decorators and `using`'],
    ] as const)
      expect(() => sourceOf(compiled(`(${text})`)), text).to.throw(TypeError, `beside it. ${remedy}, or export it`);
  });

  it('refuses a function that uses what is set beside it, unless it sets it too', () => {
    const scale = Object.assign(compiled('(function scale(n) { return n * scale.factor })'), { factor: 2 });
    expect(() => sourceOf(scale)).to.throw(
      TypeError,
      /its property "factor" is not in its text, but set beside it\. Pass it in `args`, or export it/,
    );
    for (const text of [
      'async function* load(key) { load.cache ??= new Map(); yield load.cache.get(key) }',
      'function load(key) { if (!load.cache) load.cache = {}; return load.cache[key] }',
      'function load(key) { return load.name + key.cache + reload.cache }',
    ])
      expect(sourceOf(Object.assign(compiled(`(${text})`), { cache: 1 })), text).to.equal(text);
  });

  it('refuses a method whose key is a variable around it', () => {
    const methodOf = (text: string): (() => unknown) =>
      compiled(`((key) => ({ ${text} }).x)`)('x' as never) as () => unknown;

    for (const text of ['[key](n) { return n }', 'async *[ key ](n) { yield n }', 'async [key](n) { return n }'])
      expect(() => sourceOf(methodOf(text)), text).to.throw(
        TypeError,
        'its key is the value of key, which is not in its text. Give it a name, or export it from a module',
      );
    for (const text of ["['x'](n) { return n }", '["x" + ""](n) { return n }', 'x(n) { return [key](n) }'])
      expect(sourceOf(methodOf(text)), text).to.equal(text);
    expect(sourceOf(compiled('(({ *[Symbol.iterator]() {} })[Symbol.iterator])'))).to.match(/Symbol/);
  });

  it('ends the reason with one full stop', () => {
    expect(() => sourceOf(compiled('(function () { return 010 })'))).to.throw(TypeError, /strict mode\. Write/);
  });

  it('takes what only looks like it', () => {
    for (const text of [
      '(n) => { const __rest = (m) => m; return __rest(n) }',
      '(n) => { function __values() {} return __values(n) }',
      '(n) => __name(n, "n")',
      '(n) => __mine(n)',
      '(n) => n.__resting(n) + my__rest(n)',
      '(n) => n.__read(n)',
    ])
      expect(sourceOf(compiled(text))).to.equal(text);
  });

  describe('takes a text that only mentions', () => {
    const HELPERS = ['__read', '__importStar', '__using', '_object_spread', '_asyncToGenerator', 'tslib_1.__rest'];
    const MENTIONS = {
      'in a string': (helper: string) => `(n) => n + '${helper}(n)'`,
      'in a comment': (helper: string) => `(n) => { /* ${helper}(n) */ return n } // (0, ${helper})(n)`,
      'in a regular expression': (helper: string) => `(n) => /${helper}(n)/.test(n)`,
      'in a template': (helper: string) => `(n) => \`\${n} ${helper}(n)\``,
      'as the name of a member, by spaces': (helper: string) => `(n) => n . ${helper}(n)`,
      'as a parameter': (helper: string) => `(n, ${rootOf(helper)}) => ${helper}(n)`,
      'as a part of a parameter': (helper: string) => `({ n, m: ${rootOf(helper)} = String }) => ${helper}(n)`,
      'as a caught error': (helper: string) => `(n) => { try { n() } catch (${rootOf(helper)}) { ${helper}(n) } }`,
      'as a variable of a loop': (helper: string) => `(n) => { for (const [${rootOf(helper)}] of n) ${helper}(n) }`,
      'as a class': (helper: string) => `(n) => { class ${rootOf(helper)} {} return ${helper}(n) }`,
      'behind a guard': (helper: string) => `(n) => typeof ${helper} === 'function' ? ${helper}(n) : n`,
      minified: (helper: string) => `n=>{let e=/${helper}(n)/,t="${helper}(n)";return e.test(t)}`,
    };
    const rootOf = (helper: string): string => helper.split('.')[0] ?? '';

    for (const [where, textWith] of Object.entries(MENTIONS))
      it(`a compiler's helper ${where}`, () => {
        for (const text of HELPERS.map(textWith)) expect(sourceOf(compiled(`(${text}\n)`)), text).to.be.a('string');
      });

    for (const helper of HELPERS.filter((name) => !name.includes('.')))
      it(`${helper} as the name of a method, of a property or of a label`, () => {
        for (const text of [
          `class Own { ${helper}(n) { return n } static async *${helper}(n) {} }`,
          `class Own { #${helper}(n) { return n } process(n) { return this.#${helper}(n) } }`,
          `(n) => ({ ${helper}(m) { return m } })`,
          `(n) => { ${helper}: for (const m of n) break ${helper} }`,
        ])
          expect(sourceOf(compiled(`(${text})`)), text).to.equal(text);
        const { method } = (0, eval)(
          `({ get method() { return Object.values({ ${helper}(n) { return n } })[0] } })`,
        ) as {
          method: () => unknown;
        };
        expect(sourceOf(method)).to.match(new RegExp(`^${helper}`));
      });

    it('a static member, or a property, that is set beside it', () => {
      for (const text of [
        "class Counter { m() { return 'Counter.start' } }",
        'class Counter { /** Like Counter.start */ m() { return `Counter.start` } }',
        'class Counter { m(Counter) { return Counter.start } }',
        'function scale(n) { return n + "scale.start" } ',
        'function scale(n) { /* scale.start */ return /scale.start/.test(n) }',
        'function scale(n) { for (const scale of n) return scale.start }',
        'function scale(n) { return n. scale.start }',
      ])
        expect(sourceOf(Object.assign(compiled(`(${text})`), { start: 1 })), text).to.equal(text.trim());
    });

    it('super, in a method of any name', () => {
      const methods = (0, eval)(`({
        'quoted (name)'() { return 'super' },
        ["comp" + '(' + "]"]() { return 'super' },
        5() { return 'super' },
        get() { return 'super' },
        async *of() { yield 'super' },
        async\u00e9() { return 'super' },
        get read() { return 'super' },
        set read(value) { value('super') },
      })`) as Record<string, () => unknown>;
      for (const { value, get, set } of Object.values(Object.getOwnPropertyDescriptors(methods)))
        for (const method of [value, get, set].filter((part) => part !== undefined))
          expect(sourceOf(method as () => unknown)).to.match(/super/);
    });

    it('native code', () => {
      for (const text of ['(n) => { // { [native code]\n}', 'function named() { /*\n*/ // { [native code]\n}'])
        expect(sourceOf(compiled(`(${text})`))).to.equal(text);
    });
  });

  describe('still refuses a text that also mentions', () => {
    it("a compiler's helper which it calls", () => {
      for (const text of [
        '(n) => "__read(" + __read(n) /* __read() */',
        '(n) => n.__read(__read(n))',
        '(n) => `${`__read(${__read(n)})`}`',
        '(n) => ({ __read: __read(n) })',
        '(n) => [...__read(n)]',
        'class Own { __read(n) { return __read(n) } }',
        'n=>{let e=/"/;return __read(n)}//"',
      ])
        expect(() => sourceOf(compiled(`(${text}\n)`)), text).to.throw(TypeError, 'it calls __read, which');
      expect(() => sourceOf(compiled('((n) => [..._toConsumableArray(n)])'))).to.throw(TypeError, '_toConsumableArray');
    });

    it('a static member, or a property, that it uses', () => {
      for (const text of [
        'class Counter { m() { return [...Counter.start, "static start"] } }',
        'class Counter { /* static {} */ m() { return Counter.start } }',
        'class Counter { m() { return Counter.start } /* Counter.start ??= 1 */ }',
        'function scale(n) { return scale.start /* scale.start = 1 */ }',
        'function scale(n) { return scale.start >= n && "scale" }',
      ])
        expect(() => sourceOf(Object.assign(compiled(`(${text})`), { start: 1 })), text).to.throw(
          TypeError,
          '"start" is not in its text, but set beside it',
        );
    });

    it('super, in a method of any name', () => {
      const methods = (0, eval)(`({
        'super'() { return super.toString() },
        ["super" + '(']() { return super.toString() },
        5(n = super.toString()) { return n },
        async *of() { yield super.toString() },
        get read() { return () => super.toString() },
        set read(value) { value(super.toString()) },
      })`) as Record<string, () => unknown>;
      for (const { value, get, set } of Object.values(Object.getOwnPropertyDescriptors(methods)))
        for (const method of [value, get, set].filter((part) => part !== undefined))
          expect(() => sourceOf(method as () => unknown)).to.throw(TypeError, "'super' means nothing outside");
    });
  });

  it('takes a method whose name begins with that of a class', () => {
    const { classify } = { classify: (0, eval)('({ classify(n) { return n } }).classify') as () => unknown };
    expect(sourceOf(classify)).to.equal('classify(n) { return n }');
  });

  it('refuses a class whose methods are set beside it, as decorators do, and takes those that are in it', () => {
    const text = 'class Doubler { get two() { return 2 } async *"process"(ns) { yield* ns } }';
    const plain = compiled(`(${text})`);
    expect(sourceOf(plain)).to.equal(text);

    for (const name of ['process', 'more']) {
      const changed = compiled(`(${text})`) as unknown as { readonly prototype: object };
      Object.defineProperty(changed.prototype, name, { value: () => [] });
      expect(() => sourceOf(changed as never)).to.throw(
        TypeError,
        `its member "${name}" is not in its text, but set beside it. Write it in the class, or export it from a module`,
      );
    }
  });

  it('refuses a class whose static members are set beside it', () => {
    const text = 'class Counter { static add(n) { return n + Counter.start } }';
    const lost = Object.assign(compiled(`(${text})`), { start: 1 });
    expect(() => sourceOf(lost)).to.throw(
      TypeError,
      /the task "Counter" .*: its static member "start" is not in its text, but set beside it\. Compile for ES2022/,
    );
  });

  it('takes a class whose static members are in it, or that does not use what is set beside it', () => {
    for (const text of [
      'class Counter { static start = 1; m() { return Counter.start } }',
      'class Counter { static async *start() {} m() { return Counter.start() } }',
      'class Counter { static get start() { return 1 } m() { return Counter.start } }',
      'class Counter { static { this.start = 1 } m() { return Counter.start } }',
      'class Counter { m() { return this.start } }',
      'class Counter { m() { Counter.start ??= 0; return Counter.start } }',
    ])
      expect(sourceOf(Object.defineProperty(compiled(`(${text})`), 'start', { value: 1 })), text).to.equal(text);
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
