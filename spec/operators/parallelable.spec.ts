import fs, { existsSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { expect } from 'chai';
import { parallelable } from '../../src/operators/parallelable.ts';
import { tasks } from '../../src/tasks/tasks.ts';

describe('parallelable', () => {
  const warnings: unknown[][] = [];
  const { warn } = console;
  beforeEach(() => {
    console.warn = (...words: unknown[]) => warnings.push(words);
  });
  afterEach(() => {
    console.warn = warn;
    warnings.length = 0;
  });

  const { double } = tasks<typeof import('../support/tasks.ts')>(new URL('../support/tasks.ts', import.meta.url));
  const sendable = {
    'no task': undefined,
    'an arrow function': (n: number) => n * 2,
    'a function of a module': double,
    'a class': class {
      process(batch: readonly number[]): readonly number[] {
        return batch;
      }
    },
  };

  for (const [name, task] of Object.entries(sendable))
    it(`is true, without a word, of workers that are to run ${name}`, () => {
      expect(parallelable('workers', 4, task)).to.equal(true);
      expect(warnings).to.deep.equal([]);
    });

  const unsendable = {
    'a native function': [Math.sqrt, 'a native or bound function has no source text'],
    'a bound function': [
      sendable['an arrow function'].bind(undefined),
      'a native or bound function has no source text',
    ],
    'what is no task': [5, 'task must be a function or come from tasks(...), not 5'],
  } as const;

  for (const [name, [task, reason]] of Object.entries(unsendable))
    it(`is false, and says once why, of workers that are to run ${name}`, () => {
      expect(parallelable('n', 4, task)).to.equal(false);
      expect(warnings.length).to.equal(1);
      expect(warnings[0]?.[0]).to.satisfy((text: string) => text.startsWith('n has to be 0 here: '));
      expect(warnings[0]?.[0]).to.include(reason);
    });

  it('is true, without a word, of 0 workers, whatever the task', () => {
    for (const [task] of Object.values(unsendable)) expect(parallelable('workers', 0, task)).to.equal(true);
    expect(warnings).to.deep.equal([]);
  });

  describe('where the worker script is missing, as in a bundle', () => {
    const is = existsSync;
    const patch = (exists: typeof existsSync): void => {
      Object.assign(fs, { existsSync: exists });
      syncBuiltinESMExports();
    };
    before(() => {
      patch((path) => !String(path).endsWith('worker.cjs') && is(path));
    });
    after(() => {
      patch(is);
    });

    for (const [name, task] of Object.entries(sendable))
      it(`is false, and says once why, of workers that are to run ${name}`, () => {
        expect(parallelable('n', 4, task)).to.equal(false);
        expect(warnings.length).to.equal(1);
        expect(warnings[0]?.[0]).to.match(
          /^n has to be 0 here: there is no worker script at .*worker\.cjs: bundle the built package/,
        );
      });

    it('names that rather than what is wrong with the task', () => {
      expect(parallelable('n', 4, Math.sqrt)).to.equal(false);
      expect(warnings.flat()).to.have.length(1);
      expect(warnings[0]?.[0]).to.include('there is no worker script');
    });

    it('is true, without a word, of 0 workers', () => {
      expect(parallelable('n', 0, double)).to.equal(true);
      expect(warnings).to.deep.equal([]);
    });
  });

  it('refuses what is no count at the call, by the name that was given', () => {
    expect(() => parallelable('n', 1.5)).to.throw(RangeError, 'n must be an integer from 0, not 1.5');
    expect(() => parallelable('n', -1)).to.throw(RangeError, 'n must be an integer from 0, not -1');
    expect(() => parallelable('n', '2' as never)).to.throw(TypeError, 'n must be an integer from 0, not "2"');
    expect(() => parallelable('n', undefined as never)).to.throw(
      TypeError,
      'n must be an integer from 0, not undefined',
    );
  });
});
