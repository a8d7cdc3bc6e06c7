import { expect } from 'chai';
import { parallel, ProcessPool, TaskLoadError, tasks, ThreadPool } from '../../../src/index.ts';
import { caught } from './caught.ts';
import { images, other, started, watched } from './scripts.ts';

type Module = Record<'run', (n: number) => number>;

const scriptOf = (file: string, options: WorkerOptions = { type: 'module' }) =>
  tasks<Module>(() => new Worker(`/tasks/${file}`, options)).run;

describe('scripts of workers', () => {
  it('that are not there, or no JavaScript, fail at once', async () => {
    for (const file of ['nowhere.worker.js', 'syntax.worker.js'])
      for (const options of [{ type: 'module' }, {}] as const) {
        await using pool = new ThreadPool({ workers: 2 });
        const begun = performance.now();
        const error = await caught(parallel(scriptOf(file, options), [1, 2, 3], { pool }));
        expect(error).to.be.instanceOf(TaskLoadError);
        expect(error.message).to.match(
          /cannot be started: .*(?:could not be loaded|SyntaxError|missing|Unexpected|identifier)/i,
        );
        expect(performance.now() - begun).to.be.below(5000);
      }
  });

  it('that throw fail at once, with the error', async () => {
    const error = await caught(parallel(scriptOf('throwing.worker.js'), [1]));
    expect(error).to.be.instanceOf(TaskLoadError);
    expect(error.message).to.include('not today');
  });

  it('that serve nothing fail after bootTimeout, and say what to call', async () => {
    await using pool = new ThreadPool({ workers: 1, bootTimeout: 500 });
    const error = await caught(parallel(scriptOf('silent.worker.js'), [1], { pool }));
    expect(error).to.be.instanceOf(TaskLoadError);
    expect(error.message).to.include('serve(');
  });

  it('that serve late are waited for', async () => {
    const { double } = tasks<typeof import('./tasks/images.ts')>(
      () => new Worker('/tasks/late.worker.js', { type: 'module' }),
    );
    expect(await parallel(double, [1, 2])).to.deep.equal([2, 4]);
  });

  it('that do not serve the task fail with the names of those that they serve', async () => {
    const { missing } = other as unknown as { missing: typeof other.name };
    const error = await caught(parallel(missing, [1]));
    expect(error).to.be.instanceOf(TaskLoadError);
    expect(error.message).to.include('missing').and.include('prepare');
  });

  it('are started by a function that makes a new worker each time', async () => {
    await using pool = new ThreadPool({ workers: 2 });
    const one = new Worker(new URL('./tasks/images.worker.ts', import.meta.url), { type: 'module' });
    const { wait } = tasks<typeof import('./tasks/images.ts')>(() => one);
    const error = await caught(parallel(wait, [50, 50], { pool, chunkSize: 1 }));
    expect(error).to.be.instanceOf(TaskLoadError);
    expect(error.message).to.include('new Worker at each call');
    const nothing = tasks<Module>(() => undefined as never);
    expect((await caught(parallel(nothing.run, [1]))).message).to.include('must return a new Worker');
  });

  it('run the initializer of their pool', async () => {
    await using pool = new ThreadPool({ workers: 2, initializer: other.prepare, initArgs: ['ready'] });
    expect(await parallel(other.seen, [1, 2], { pool })).to.deep.equal(['ready', 'ready']);
  });

  it('are one for inline functions too, where a pool names it', async () => {
    let count = 0;
    await using pool = new ThreadPool({
      workers: 1,
      worker: () => {
        count += 1;
        return new Worker(new URL('./tasks/images.worker.ts', import.meta.url), { type: 'module' });
      },
    });
    expect(await parallel((n: number) => n + 1, [1, 2], { pool })).to.deep.equal([2, 3]);
    expect(count).to.equal(1);
  });

  it('are refused where a bundler has left TypeScript', () => {
    for (const url of [new URL('/x.ts', location.href), new URL('data:video/mp2t;base64,AAAA')])
      expect(() => tasks(url)).to.throw(TypeError, 'new Worker(new URL(');
  });

  it('have no options that only Node has', () => {
    expect(() => new ProcessPool()).to.throw(TypeError, 'no processes');
    for (const config of [{ env: {} }, { execArgv: [] }, { memoryMb: 100 }])
      expect(() => new ThreadPool(config)).to.throw(TypeError, Object.keys(config)[0]);
    expect(() => new ThreadPool({ worker: 5 as never })).to.throw(TypeError, 'worker must be a function');
  });

  it('whose workers are idle end when the page is left, and those that work go on', async () => {
    await using pool = new ThreadPool({ workers: 1 });
    const leave = (): boolean => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
    started.length = 0;
    expect(await parallel(watched.double, [1], { pool })).to.deep.equal([2]);
    const waited = parallel(watched.wait, [300], { pool });
    await new Promise((resolve) => setTimeout(resolve, 100));
    leave();
    expect(await waited).to.deep.equal([300]);
    expect(started).to.have.length(1);
    leave();
    expect(await parallel(watched.double, [2], { pool })).to.deep.equal([4]);
    expect(started).to.have.length(2);
  });

  it('that another task has replaced are gone, with all their workers', async () => {
    await using pool = new ThreadPool({ workers: 1 });
    for (let n = 0; n < 5; n += 1) {
      expect(await parallel(images.double, [n], { pool })).to.deep.equal([2 * n]);
      expect(await parallel(other.name, [n], { pool })).to.deep.equal(['other']);
    }
  });
});
