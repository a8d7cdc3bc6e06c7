import path from 'node:path';
import { expect } from 'chai';
import { compileTask } from '../../../src/tasks/inline/compileTask.ts';

const run = (text: string, ...args: unknown[]): unknown => compileTask(text, {})(...args);
/** The source text of the only method of an object, or of its getter. */
const method = (methods: object): string => {
  const [key = ''] = Reflect.ownKeys(methods);
  const property = Object.getOwnPropertyDescriptor(methods, key) ?? {};
  return String(Reflect.get(property, 'get') ?? Reflect.get(property, 'value'));
};

describe('compileTask', () => {
  it('compiles functions and arrows, sync and async', async () => {
    expect(run('(n) => n * 2', 3)).to.equal(6);
    expect(run('n => ({ n })', 3)).to.deep.equal({ n: 3 });
    expect(run('function (n) { return n * 2 }', 3)).to.equal(6);
    expect(run('function named(n) { return n ? n + named(n - 1) : 0 }', 3)).to.equal(6);
    expect(await run('async (n) => { await null; return n * 2; }', 3)).to.equal(6);
    expect(await run('async function (n) { return n * 2 }', 3)).to.equal(6);
  });

  it('compiles generators', async () => {
    expect([...(run('function* (n) { yield n; yield n + 1 }', 3) as Iterable<number>)]).to.deep.equal([3, 4]);
    const results: unknown[] = [];
    for await (const result of run('async function* (n) { yield n }', 3) as AsyncIterable<number>) results.push(result);
    expect(results).to.deep.equal([3]);
  });

  it('compiles methods, whatever their name', async () => {
    class Doubler {
      static double(n: number) {
        return n * 2;
      }
      process() {
        return Doubler;
      }
    }
    const texts = [
      method({
        double(n: number) {
          return n * 2;
        },
      }),
      method({
        'quoted name'(n: number) {
          return n * 2;
        },
      }),
      method({
        ['comp' + 'uted'](n: number) {
          return n * 2;
        },
      }),
      method({
        [Symbol.iterator](n: number) {
          return n * 2;
        },
      }),
      method({
        5(n: number) {
          return n * 2;
        },
      }),
      method({
        get(n: number) {
          return n * 2;
        },
      }),
      method({
        async(n: number) {
          return n * 2;
        },
      }),
      method({
        static(n: number) {
          return n * 2;
        },
      }),
      method({
        function(n: number) {
          return n * 2;
        },
      }),
      String(Reflect.get(Doubler, 'double')),
    ];
    for (const text of texts) expect(run(text, 3), text).to.equal(6);

    expect(
      await run(
        method({
          async double(n: number) {
            return await Promise.resolve(n * 2);
          },
        }),
        3,
      ),
    ).to.equal(6);
    expect([
      ...(run(
        method({
          *double(n: number) {
            yield n * 2;
          },
        }),
        3,
      ) as Iterable<number>),
    ]).to.deep.equal([6]);
    expect(
      run(
        method({
          get double() {
            return 6;
          },
        }),
      ),
    ).to.equal(6);
  });

  it('compiles classes, with private and static members, and children of those that are everywhere', () => {
    const counter = compileTask(
      'class Counter { static start = 1; #n; constructor(n) { this.#n = n + Counter.start } process() { return [this.#n] } }',
      {},
    );
    expect((Reflect.construct(counter, [2]) as { process: () => number[] }).process()).to.deep.equal([3]);

    const table = compileTask('class extends Map { constructor() { super([["a", 1]]) } }', {});
    expect((Reflect.construct(table, []) as Map<string, number>).get('a')).to.equal(1);
  });

  it('compiles a text that ends in a comment', () => {
    expect(run('(n) => n // the same', 3)).to.equal(3);
  });

  it('is strict, so that a misspelled variable is an error and no global', () => {
    expect(() => run('() => { mispelled = 1 }')).to.throw(ReferenceError, 'mispelled is not defined');
  });

  it('says that this has stayed behind, in arrow functions and methods', () => {
    for (const text of ['(n) => n * this.factor', '(n) => { this.n = n }', 'scale(n) { return n * this.factor }'])
      expect(() => run(text, 3), text).to.throw(ReferenceError, 'this is not defined');
    expect(run('function () { return this }')).to.equal(undefined);
  });

  it('shows globals to the task', () => {
    expect(compileTask('() => currentTask()', { currentTask: () => 'current' })()).to.equal('current');
    expect(compileTask('(currentTask) => currentTask', { currentTask: 1 })(2)).to.equal(2);
  });

  it('shows them by the names that compilers give to what is imported', () => {
    const globals = { currentTask: () => 'current', transfer: (value: unknown) => value };
    for (const name of ['worker_1', 'import_worker', '_worker', '__vite_ssr_import_0__'])
      expect(compileTask(`() => (0, ${name}.currentTask)() + (0,${name}.transfer)(2)`, globals)()).to.equal('current2');
    expect(() => compileTask('() => (0, globalThis.transfer)(2)', globals)()).to.throw(TypeError, 'transfer');
    expect(() => compileTask('() => (0, worker_1.other)(2)', globals)()).to.throw(ReferenceError, 'worker_1');
  });

  it('imports where Vite has renamed it', async () => {
    const join = compileTask("async (n) => (await __vite_ssr_dynamic_import__('node:path')).join('a', n)", {});
    expect(await join('b')).to.equal(path.join('a', 'b'));
  });

  it('withstands what compilers inject to keep names, and keeps them', () => {
    expect(run('(n) => { const f = __name((m) => m * 2, "f"); return [f(n), f.name] }', 3)).to.deep.equal([6, 'f']);
    const minified = compileTask(
      'class e{static{t(this,"Box")}add=t(n=>n+1,"add");process(){return this.add.name}}',
      {},
    );
    expect(minified.name).to.equal('Box');
    expect((Reflect.construct(minified, []) as { process: () => string }).process()).to.equal('add');
  });

  it('takes nothing else for it', () => {
    expect(() => run('(n) => t(n, "name")', 3)).to.throw(ReferenceError, 't is not defined');
    expect(() => compileTask('class Box { static { register(this, "Box") } }', {})).to.throw(
      ReferenceError,
      'register',
    );
  });

  it('withstands coverage counters', () => {
    const text =
      '(n) => { cov_1x2y().f[0]++; cov_1x2y().s[1]++; n > 1 ? (cov_1x2y().b[0][0]++, n) : (cov_1x2y().b[0][1]++, 0); return n }';
    expect(run(text, 3)).to.equal(3);
    expect(run('(n) => { cov_1x2y().s[0] += 1; cov_1x2y().bT[1] = n; return n }', 3)).to.equal(3);
    expect(run('(n) => { cov_1x2y.s[0]++; return n }', 3)).to.equal(3);
    expect(run('async (n) => { await cov_1x2y().s; return n }', 3)).to.be.a('promise');
  });

  it('takes no mention for a counter, a kept name or an import', () => {
    for (const [text, name] of [
      ["() => 'cov_1x2y().s[0]' + cov_1x2y", 'cov_1x2y'],
      ['() => { /* cov_1x2y.s[0] */ return cov_1x2y }', 'cov_1x2y'],
      ['() => "class e{static{t(this,\\"Box\\")}}" + t', 't'],
      ["() => '(0, worker_1.currentTask)()' + worker_1", 'worker_1'],
    ] as const)
      expect(() => compileTask(text, { currentTask: () => 'current' })(), text).to.throw(ReferenceError, name);
  });

  it('hides nothing that the worker has', () => {
    const own = globalThis as Record<string, unknown>;
    const added = { cov_total: () => 5, __name: () => 6, worker_9: { currentTask: () => 7 } };
    Object.assign(own, added);
    try {
      expect(run('() => cov_total()')).to.equal(5);
      expect(run('() => __name()')).to.equal(6);
      expect(compileTask('() => (0, worker_9.currentTask)()', { currentTask: () => 0 })()).to.equal(7);
    } finally {
      for (const name of Object.keys(added)) Reflect.deleteProperty(own, name);
    }
  });

  it('hides no other name that begins like a counter', () => {
    expect(() => run('() => cov_total + 1')).to.throw(ReferenceError, 'cov_total is not defined');
  });

  it('throws the syntax error that says why, if there is no way to compile it', () => {
    const whys = {
      "Cannot use 'import.meta' outside a module": 'import.meta.url',
      "Private field '#p' must be declared in an enclosing class": 'this.#p',
    };
    for (const [why, expression] of Object.entries(whys))
      for (const text of [
        `() => ${expression}`,
        `x => ${expression}`,
        `async ({ a = 1 }) => ${expression}`,
        `function () { return ${expression} }`,
        `function* named() { yield ${expression} }`,
        `class { static s = 1; m() { return ${expression} } }`,
        `m() { return ${expression} }`,
        `m({ a = 1 }, ...rest) { return ${expression} }`,
        `async *m() { yield ${expression} }`,
        `['m']() { return ${expression} }`,
        `get m() { return ${expression} }`,
      ])
        expect(() => run(text), text).to.throw(SyntaxError, why);

    expect(() => run('#m() { return 1 }')).to.throw(SyntaxError, "Private field '#m' must be declared");
    expect(() => run('m() { return ) }')).to.throw(SyntaxError, 'Unexpected token');
  });
});
