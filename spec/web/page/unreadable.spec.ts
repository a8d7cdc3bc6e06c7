import { expect } from 'chai';
import { lastValueFrom, toArray } from 'rxjs';
import {
  parallel,
  parallel$,
  pooled,
  TaskCloneError,
  TaskLoadError,
  tasks,
  ThreadPool,
  WorkerCrashError,
} from '../../../src/index.ts';
import type { Tasks } from '../../../src/tasks/tasks.ts';
import { caught } from './caught.ts';
import type * as Images from './tasks/images.ts';

/** The item whose message cannot be read. */
const LOST = 770_077;
const items = [1, 2, LOST, 4, 5];

/** The kind of a certificate. */
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' };

/** Tasks of workers that cannot read messages with a text. */
const lostThere = (text: string): Tasks<typeof Images> =>
  tasks<typeof Images>(
    () => new Worker(`/tasks/unreadable.worker.js?lost=${encodeURIComponent(text)}`, { type: 'module' }),
  );

/** Tasks of workers whose messages with a text this page cannot read. */
const lostHere = (text: string): Tasks<typeof Images> =>
  tasks<typeof Images>(() => {
    const worker = new Worker(new URL('./tasks/images.worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', (event) => {
      if (!JSON.stringify(event.data ?? 0).includes(text)) return;
      event.stopImmediatePropagation();
      worker.dispatchEvent(new MessageEvent('messageerror'));
    });
    return worker;
  });

/** Checks two pools at once, twice each. */
async function inTwoPools(check: (pool: ThreadPool) => Promise<void>): Promise<void> {
  await using one = new ThreadPool({ workers: 2, graceMs: 100, bootTimeout: 3000 });
  await using two = new ThreadPool({ workers: 2, graceMs: 100, bootTimeout: 3000 });
  for (let time = 0; time < 2; time += 1) await Promise.all([one, two].map(check));
}

/** Results, and the classes of errors in their place. */
const kindsOf = (results: readonly unknown[]): unknown[] =>
  results.map((result) => (result instanceof Error ? result.constructor : result));

describe('a message that cannot be read', () => {
  for (const [where, { double }] of Object.entries({
    'there fails its item': lostThere(String(LOST)),
    'here fails its item': lostHere(String(2 * LOST)),
  }))
    it(`${where}, and no other`, async () => {
      const expected = [2, 4, TaskCloneError, 8, 10];
      await inTwoPools(async (pool) => {
        for (const timeout of [Infinity, 10_000])
          expect(kindsOf(await parallel(double, items, { pool, timeout, onError: 'return' }))).to.deep.equal(expected);
        const call = pooled(double, { pool });
        const settled = await Promise.allSettled(items.map((n) => call(n)));
        const outcomes = settled.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as unknown)));
        expect(kindsOf(outcomes)).to.deep.equal(expected);
      });
    });

  it('since its browser has no such object in workers fails its item, and no other', async function () {
    const { RTCPeerConnection: Connection } = globalThis as Partial<typeof globalThis>;
    // WebKitGTK has no objects of that kind.
    if (Connection === undefined) this.skip();
    const certificate = await Connection.generateCertificate(ECDSA);
    await inTwoPools(async (pool) => {
      const results = await parallel((item: unknown) => typeof item, ['a', certificate, 1], {
        pool,
        onError: 'return',
      });
      expect(kindsOf(results)).to.deep.equal(['string', TaskCloneError, 'number']);
    });
  });

  for (const [what, { slowlyUpTo }, kind] of [
    ['the request for more', lostThere('"pull"'), WorkerCrashError],
    ['its values', lostHere('"yields"'), TaskCloneError],
  ] as const)
    it(`and is of a generator, as ${what}, fails its item`, async () => {
      await inTwoPools(async (pool) => {
        const pairs = await lastValueFrom(
          parallel$(slowlyUpTo, [20_000, 20_000], { pool, onError: 'return' }).pipe(toArray()),
        );
        for (const index of [0, 1]) {
          const values = pairs.filter(([at]) => at === index).map(([, value]) => value);
          expect(values.at(-1)).to.be.instanceOf(kind);
          expect(values.slice(0, -1)).to.deep.equal([...values.slice(0, -1).keys()]);
        }
      });
    });

  for (const [what, { double }, kind] of [
    ['the request to boot', lostThere('"boot"'), TaskCloneError],
    ['the request to load a task', lostThere('"open"'), TaskCloneError],
    ['the first word of a worker', lostHere('"hello"'), TaskLoadError],
    ['the answer of a worker that boots', lostHere('"answer"'), TaskLoadError],
  ] as const)
    it(`and is ${what}, fails the run`, async () => {
      await inTwoPools(async (pool) => {
        expect(await caught(parallel(double, items, { pool }))).to.be.instanceOf(kind);
        expect(await caught(pooled(double, { pool })(1))).to.be.instanceOf(kind);
      });
    });

  for (const [what, { double }] of Object.entries({
    'the request to forget a run': lostThere('"forget"'),
    'that items have begun': lostHere('"begun"'),
  }))
    it(`and is ${what}, changes no result`, async () => {
      await inTwoPools(async (pool) => {
        expect(await parallel(double, [1, 2, 3], { pool })).to.deep.equal([2, 4, 6]);
      });
    });

  it('and is of the program, changes no result, as no task is to blame', async () => {
    const { disturbed } = lostThere('nothing of that');
    const numbers = Array.from({ length: 12 }, (_none, n) => n);
    await inTwoPools(async (pool) => {
      for (const chunkSize of [1, 3, 'auto'] as const)
        expect(await parallel(disturbed, numbers, { pool, chunkSize, onError: 'return' })).to.deep.equal(numbers);
      const call = pooled(disturbed, { pool });
      expect(await Promise.all(numbers.map((n) => call(n)))).to.deep.equal(numbers);
    });
  });
});
