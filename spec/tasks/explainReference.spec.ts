import { expect } from 'chai';
import { compileTask } from '../../src/tasks/compileTask.ts';
import { explainReference } from '../../src/tasks/explainReference.ts';

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

  it('keeps the frames of the original below its own message', () => {
    const original = thrownBy('(n) => n * factor') as Error;
    const explained = explainReference(original, 'scale') as Error;
    const frames = original.stack?.slice(original.stack.indexOf('\n    at'));
    expect(explained.stack).to.equal(`ReferenceError: ${explained.message}${String(frames)}`);
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

  it('leaves everything else as it is', () => {
    const others = [
      undefined,
      null,
      'x is not defined',
      new Error('x is not defined'),
      new TypeError('x is not defined'),
      thrownBy('() => { x; let x }'),
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
