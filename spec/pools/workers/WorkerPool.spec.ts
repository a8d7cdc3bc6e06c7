import { expect } from 'chai';
import { ProcessPool, ThreadPool } from '../../../src/index.ts';

const LONGEST = '2147483647 milliseconds';

const wrongOptions: readonly (readonly [options: unknown, ErrorClass: ErrorConstructor, message: string])[] = [
  [{ workers: 1.5 }, RangeError, 'workers must be an integer from 0, not 1.5'],
  [{ pause: -1 }, RangeError, `pause must be from 0 and at most ${LONGEST}, not -1`],
  [{ maxTasksPerWorker: 0 }, RangeError, 'maxTasksPerWorker must be an integer from 1 or Infinity, not 0'],
  [{ maxTasksPerWorker: '9' }, TypeError, 'maxTasksPerWorker must be an integer from 1 or Infinity, not "9"'],
  [{ idleMs: -1 }, RangeError, `idleMs must be from 0 and at most ${LONGEST}, or Infinity, not -1`],
  [{ idleMs: '5' }, TypeError, `idleMs must be from 0 and at most ${LONGEST}, or Infinity, not "5"`],
  [{ graceMs: Infinity }, RangeError, `graceMs must be from 0 and at most ${LONGEST}, not Infinity`],
  [{ bootTimeout: 0 }, RangeError, `bootTimeout must be more than 0 and at most ${LONGEST}, not 0`],
  [{ memoryMb: 0 }, RangeError, 'memoryMb must be an integer from 1, not 0'],
  [{ env: 'A=1' }, TypeError, 'env must be an object, not "A=1"'],
  [{ env: null }, TypeError, 'env must be an object, not null'],
  [{ env: [] }, TypeError, 'env must be an object, not an array'],
  [{ env: { A: '1', B: 5 } }, TypeError, 'env.B must be a string, not 5'],
  [{ env: { A: Symbol() } }, TypeError, 'env.A must be a string, not Symbol()'],
  [{ env: { A: null } }, TypeError, 'env.A must be a string, not null'],
  [{ execArgv: '--expose-gc' }, TypeError, 'execArgv must be an array of strings, not "--expose-gc"'],
  [{ execArgv: ['--expose-gc', 5] }, TypeError, 'execArgv must be an array of strings, not one with 5'],
  [{ execArgv: [undefined] }, TypeError, 'execArgv must be an array of strings, not one with undefined'],
  [{ initArgs: [1] }, TypeError, 'initArgs require an initializer, which is called with them'],
  [{ initArgs: 3 }, TypeError, 'initArgs must be an array, not 3'],
  [{ size: 2 }, TypeError, 'there is no option size; the options are workers, pause'],
  [null, TypeError, 'the options must be an object, not null'],
];

for (const PoolClass of [ThreadPool, ProcessPool])
  describe(PoolClass.name, () => {
    for (const [options, ErrorClass, message] of wrongOptions)
      it(`refuses a wrong option: ${message}`, () => {
        expect(() => new PoolClass(options as never)).to.throw(ErrorClass, message);
      });

    it('takes what there may be', () => {
      for (const options of [
        undefined,
        {},
        { idleMs: Infinity, maxTasksPerWorker: Infinity, graceMs: 0, bootTimeout: 0.5, pause: 0 },
        { env: {} },
        { env: process.env },
        { env: { ...process.env, LEFT_OUT: undefined } },
        { execArgv: [] },
        { execArgv: ['--expose-gc'] },
      ])
        expect(() => new PoolClass(options)).not.to.throw();
    });
  });
