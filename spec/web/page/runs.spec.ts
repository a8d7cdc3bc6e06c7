import { expect } from 'chai';
import { from, lastValueFrom, map, of, Subject, switchMap, take, tap, toArray } from 'rxjs';
import {
  LocalPool,
  parallel,
  parallel$,
  parallelGen,
  parallelMap,
  pooled,
  startThread$,
  tasks,
  ThreadPool,
} from '../../../src/index.ts';
import { Naturals } from '../../support/Naturals.ts';
import { images, other } from './scripts.ts';

const numbers = Array.from({ length: 10_000 }, (_none, n) => n);

describe('runs in a page', () => {
  it('keep the order of ten thousand items', async () => {
    for (const task of [(n: number) => n * 2, images.double]) {
      const pairs$ = from(numbers).pipe(parallelMap(task as (n: number) => number, { ordered: true }), toArray());
      expect(await lastValueFrom(pairs$)).to.deep.equal(numbers.map((n) => [n, n * 2]));
    }
  });

  it('run inline functions, and functions that a script serves, in workers', async () => {
    expect(await parallel(() => typeof document, [1, 2])).to.deep.equal(['undefined', 'undefined']);
    expect(await parallel(images.isInWorker, [1, 2])).to.deep.equal([true, true]);
  });

  it('run tasks of two scripts on one pool, also with equal names', async () => {
    const results = await Promise.all([parallel(images.name, [1, 2, 3]), parallel(other.name, [1, 2, 3])]);
    expect(results).to.deep.equal([Array(3).fill('images'), Array(3).fill('other')]);
    await using pool = new ThreadPool({ workers: 1 });
    for (const [task, expected] of [
      [images.name, 'images'] as const,
      [other.name, 'other'] as const,
      [images.name, 'images'] as const,
    ])
      expect(await parallel(task, [1], { pool })).to.deep.equal([expected]);
    expect(await parallel((n: number) => n, [5], { pool })).to.deep.equal([5]);
  });

  it('run a module that is named by its URL', async () => {
    const { triple } = tasks<typeof import('./tasks/byUrl.ts')>(new URL('/tasks/byUrl.js', location.href));
    expect(await parallel(triple, [1, 2])).to.deep.equal([3, 6]);
  });

  it('take from generators no more than is wanted', async () => {
    const values$ = of(1_000_000).pipe(
      parallelMap(images.upTo),
      map(([, n]) => n),
      take(2000),
      toArray(),
    );
    expect(await lastValueFrom(values$)).to.deep.equal(numbers.slice(0, 2000));
    const slow$ = of(1_000_000).pipe(
      parallelMap(images.slowlyUpTo),
      map(([, n]) => n),
      take(100),
      toArray(),
    );
    expect(await lastValueFrom(slow$)).to.deep.equal(numbers.slice(0, 100));
  });

  it('move what is transferred, both ways', async () => {
    const buffers = [1, 2, 3].map((n) => new Uint8Array([n, n]).buffer);
    const transfer = (buffer: ArrayBuffer): readonly ArrayBuffer[] => [buffer];
    const moved = await parallel(images.invert, buffers, { transfer });
    expect(moved.map((buffer) => [...new Uint8Array(buffer)])).to.deep.equal([1, 2, 3].map((n) => [255 - n, 255 - n]));
    expect(buffers.map(({ byteLength }) => byteLength)).to.deep.equal([0, 0, 0]);
  });

  it('read no further ahead than bufferSize', async () => {
    const naturals = new Naturals();
    await lastValueFrom(parallel$(images.double, naturals, { bufferSize: 64 }).pipe(take(20)));
    expect(naturals.reads).to.be.within(20, 20 + 64);
    expect(naturals.ends).to.equal(1);
  });

  it('are cancelled by switchMap', async () => {
    const search$ = new Subject<number>();
    const seen: unknown[] = [];
    const done = lastValueFrom(
      search$.pipe(
        switchMap((n) => parallel$(images.double, [n, n + 1])),
        tap((pair) => seen.push(pair)),
        toArray(),
      ),
    );
    for (const n of [1, 10, 100]) search$.next(n);
    search$.complete();
    await done;
    expect(seen).to.deep.include.members([
      [0, 200],
      [1, 202],
    ]);
  });

  it('give a task its attempt, and try it again', async () => {
    expect(await parallel(images.attempts, [1, 2], { retry: 3 })).to.deep.equal([3, 3]);
  });

  it('construct a processor in each worker', async () => {
    const pairs$ = from([1, 2, 3]).pipe(parallelGen(images.Batches, { args: [0], ordered: true }), toArray());
    expect(await lastValueFrom(pairs$)).to.deep.equal([
      [0, 'true 1'],
      [1, 'true 2'],
      [2, 'true 3'],
    ]);
  });

  it('run in this thread with no workers, by the second argument of tasks', async () => {
    expect(await parallel(images.isInWorker, [1], { workers: 0 })).to.deep.equal([false]);
    expect(await parallel(images.isInWorker, [1], { pool: new LocalPool() })).to.deep.equal([false]);
  });

  it('start a worker of their own by startThread$', async () => {
    expect(await lastValueFrom(startThread$(images.double, 2))).to.equal(4);
    expect(await lastValueFrom(startThread$((a: number, b: number) => a + b, 1, 2))).to.equal(3);
  });

  it('make single calls of a pooled function', async () => {
    await using double = pooled(images.double);
    expect(await Promise.all(numbers.slice(0, 200).map((n) => double(n)))).to.deep.equal(
      numbers.slice(0, 200).map((n) => n * 2),
    );
    await using add = pooled((n: number) => n + 1);
    expect(await add(1)).to.equal(2);
  });
});
