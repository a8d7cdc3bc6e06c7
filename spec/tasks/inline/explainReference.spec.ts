import { expect } from 'chai';
import { compileTask } from '../../../src/tasks/inline/compileTask.ts';
import { explainReference } from '../../../src/tasks/inline/explainReference.ts';
import { errorOf } from '../../support/settle.ts';

const thrownBy = (text: string): unknown => {
  try {
    return compileTask(text, {})(1);
  } catch (error) {
    return error;
  }
};

describe('explainReference', () => {
  it('names the variable and the task, and says what to do', () => {
    const original = thrownBy('(n) => n * factor');
    const explained = explainReference(original, 'scale') as ReferenceError;

    expect(explained).to.be.instanceOf(ReferenceError);
    expect(explained.message).to.match(
      /^factor is not defined in the worker: the task "scale" was sent there as its source text/,
    );
    expect(explained.message).to.include('`args`').and.to.include("tasks(new URL('./x.js', import.meta.url))");
    expect(explained.cause).to.equal(original);
  });

  it('says what to do about this, and about what a file imports', () => {
    const explained = (text: string): string => (explainReference(thrownBy(text), 'scale') as Error).message;
    expect(explained('(n) => n * this.factor')).to.match(
      /^this is not defined in .* Either export the task .*, or pass the data that it needs of it in `args`$/,
    );
    for (const name of ['import_node_path', 'node_path_1', '__vite_ssr_import_0__', '__vi_import_12__'])
      expect(explained(`() => ${name}`)).to.include(
        'Import what it needs inside it, with `await import(...)`, or export',
      );
    // It may be what a compiler has made of that.
    expect(explained('() => require')).to.include('`await import(...)`, compiled to ES modules, or export');
  });

  it('keeps the frames of the original below its own message', () => {
    const original = thrownBy('(n) => n * factor') as Error;
    const explained = explainReference(original, 'scale') as Error;
    const frames = original.stack?.slice(original.stack.indexOf('\n    at'));
    expect(explained.stack).to.equal(`ReferenceError: ${explained.message}${String(frames)}`);
  });

  it('understands the words and the frames of other engines', () => {
    for (const [message, stack] of [
      ['factor is not defined', 'scale@http://localhost/main.js:3:1\n@http://localhost/main.js:1:2\n'],
      ["Can't find variable: factor", 'scale@http://localhost/main.js:3:1\nmap@[native code]'],
    ] as const) {
      const original = Object.assign(new ReferenceError(message), { stack });
      const explained = explainReference(original, 'scale') as Error;
      expect(explained.message).to.match(/^factor is not defined in the worker: the task "scale"/);
      expect(explained.stack).to.equal(`ReferenceError: ${explained.message}\n${stack}`);
    }
  });

  for (const text of [
    '() => { x = 1 }',
    '() => { x++ }',
    '() => () => x',
    '(n, m = x) => n',
    'async () => x',
    'class extends x {}',
  ]) {
    it(`explains ${text}`, async () => {
      const inner = thrownBy(text);
      const error: unknown =
        typeof inner === 'function'
          ? thrownBy(`() => (${text})()()`)
          : await Promise.resolve(inner).catch((e: unknown) => e);
      expect((explainReference(error, '') as Error).message).to.match(
        /^x is not defined in the worker: the task "anonymous"/,
      );
    });
  }

  for (const specifier of ['./nope.mjs', '../../nope.mjs', 'no-such-package', 'file:///nope.mjs'])
    it(`says of a module that is not found, such as ${specifier}, that the task has no file`, async () => {
      const original = await errorOf(thrownBy(`() => import('${specifier}')`) as Promise<unknown>);
      const explained = explainReference(original, 'scale') as Error;

      expect(explained.message).to.match(/^Cannot find (module '.*nope\.mjs|package 'no-such-package)'/);
      expect(explained.message).to.include(
        `' imported from the task "scale", which was sent to the worker as its source text and has no file of its own. ` +
          (specifier === 'no-such-package'
            ? 'Import it by its URL: take that as a parameter, and pass import.meta.resolve(...) in `args`, or export '
            : 'Import an absolute URL or a package, or export ') +
          'the task from a module and use tasks(',
      );
      expect(explained).to.include({ code: 'ERR_MODULE_NOT_FOUND', cause: original });
      expect(explained.stack).to.match(/^Error: Cannot find .*\n {4}at/s);
    });

  it('leaves everything else as it is', () => {
    const others = [
      undefined,
      null,
      'x is not defined',
      new Error('x is not defined'),
      new TypeError('x is not defined'),
      thrownBy('() => { x; let x }'),
      Object.assign(new Error("Cannot find module '/x.js' imported from /y.js"), { code: 'ERR_MODULE_NOT_FOUND' }),
      new Proxy(new ReferenceError('x is not defined'), {
        getPrototypeOf: () => {
          throw new Error();
        },
      }),
      Object.defineProperty(new ReferenceError('x'), 'message', {
        get: () => {
          throw new Error();
        },
      }),
    ];
    for (const other of others) expect(explainReference(other, 'scale')).to.equal(other);
  });
});
