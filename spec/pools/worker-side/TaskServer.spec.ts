import { expect } from 'chai';
import { lastValueFrom, of } from 'rxjs';
import {
  parallel,
  parallelGen,
  TaskError,
  TaskLoadError,
  tasks,
  type ProcessorClass,
  type ProcessorTask,
} from '../../../src/index.ts';
import { errorOf } from '../../support/settle.ts';

for (const pool of ['local', 'thread', 'process'] as const)
  describe(`the side that calls the task (${pool})`, () => {
    for (const [what, task] of Object.entries({
      'an iterator': (): Generator<number> => ({ next: () => 5, [Symbol.iterator]: () => undefined }) as never,
      'an async iterator': (): AsyncGenerator<number> =>
        ({ next: () => Promise.resolve(5), [Symbol.asyncIterator]: () => undefined }) as never,
    }))
      it(`takes ${what} whose steps are no objects for an error of its item, and not for an endless one`, async () => {
        const error = await errorOf(parallel(task as () => Generator<number>, ['a'], { pool }));

        expect(error).to.be.instanceOf(TaskError).and.to.include({ index: 0 });
        expect((error as TaskError).cause)
          .to.be.instanceOf(TypeError)
          .with.property('message', 'iterator result 5 is not an object');
      });

    it('fails the run where a module has a class for a function, whatever onError says', async () => {
      const { A, Adder } = tasks<{ A: () => void; Adder: () => void }>(
        new URL('data:text/javascript,export class A {}; export class Adder { process() {} }'),
      );

      for (const [name, task] of Object.entries({ A, Adder })) {
        const error = await errorOf(parallel(task, [1], { pool, onError: 'skip' }));
        expect(error)
          .to.be.instanceOf(TaskLoadError)
          .with.property('message', `${name} is a class: give it to parallelGen, or write a function`);
      }
    });

    it('fails the run where a processor has no process, which may be a field', async () => {
      const { A, B } = tasks<{ A: typeof Upper; B: typeof Upper }>(
        new URL('data:text/javascript,export class A {}; export class B { process = (batch) => batch }'),
      );
      const values = (processor: ProcessorClass<string, string> | ProcessorTask<string, string>): Promise<unknown> =>
        lastValueFrom(of('a').pipe(parallelGen(processor, { pool })));

      expect(await errorOf(values(A)))
        .to.be.instanceOf(TaskLoadError)
        .with.property('message', 'the class A needs a method process(batch)');
      expect(
        await errorOf(
          values(
            class {
              readonly n = 1;
            } as never,
          ),
        ),
      )
        .to.be.instanceOf(TaskLoadError)
        .with.property('message', 'the class anonymous needs a method process(batch)');
      for (const processor of [B, Upper]) expect(await values(processor)).to.deep.equal([0, 'a']);
    });
  });

class Upper {
  process = (batch: readonly string[]): readonly string[] => batch;
}
