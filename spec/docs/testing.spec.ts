import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { switchMap } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { parallel$, parallelMap, values } from 'rxjs-parallel';
import { VirtualPool } from 'rxjs-parallel/testing';

// Each part between two rulers stands in docs/testing.md as it is.

// ---- the helper
const marbles = (body: Parameters<TestScheduler['run']>[0]) => () => {
  new TestScheduler((actual, expected) => {
    expect(actual).to.deep.equal(expected);
  }).run(body);
};
// ----

describe('docs/testing.md', () => {
  // ---- concurrency
  it(
    'resizes two photos at a time',
    marbles(({ cold, flush, expectObservable, expectSubscriptions }) => {
      const resize = (photo: string) => photo.toUpperCase();
      const pool = new VirtualPool({ workers: 2, duration: 4 });

      const photos$ = cold('  (abcd|)');
      const expected = '      ----(AB)(CD|)';
      const runs = ['         ^---!', '^---!', '----^---!', '----^---!'];

      const resized$ = photos$.pipe(parallelMap(resize, { pool }), values());
      expectObservable(resized$).toBe(expected);
      expectSubscriptions(pool.runs).toBe(runs);
      flush();
      expect(pool.trace).to.deep.equal([
        [0, 2], // from frame 0 on, two at a time
        [8, 0], // from frame 8 on, none
      ]);
    }),
  );
  // ----

  // ---- order
  it(
    'emits in the order of the source, though a takes longest',
    marbles(({ hot, expectObservable }) => {
      const resize = (photo: string) => photo.toUpperCase();
      const poolOf2 = () => new VirtualPool({ workers: 2, duration: (photo: string) => (photo === 'a' ? 4 : 1) });

      const photos$ = hot('   -a-b-----c-|');
      const asTheyFinish = '  ----BA----C|';
      const inSourceOrder = ' -----(AB)-C|';

      expectObservable(photos$.pipe(parallelMap(resize, { pool: poolOf2() }), values())).toBe(asTheyFinish);
      expectObservable(photos$.pipe(parallelMap(resize, { pool: poolOf2(), ordered: true }), values())).toBe(
        inSourceOrder,
      );
    }),
  );
  // ----

  // ---- crash
  it(
    'tries again what was at work when its worker died',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const resize = (photo: string) => photo;
      const pool = new VirtualPool({
        workers: 1,
        marble: (photo: string, attempt) => (photo === 'a' && attempt === 1 ? '--x' : `--(${photo.toUpperCase()}|)`),
        crash: 3, // ms until there is another worker
      });

      const photos$ = hot('  -ab|');
      const expected = '     --------A-(B|)';
      const runs = ['        -^-!', '------^-!', '--------^-!'];

      const resized$ = photos$.pipe(parallelMap(resize, { pool }), values());
      expectObservable(resized$).toBe(expected);
      expectSubscriptions(pool.runs).toBe(runs);
    }),
  );
  // ----

  // ---- pause
  it(
    'starts a download every half second, and tries again what is late',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const download = async (url: string) => (await fetch(url)).text();
      const pool = new VirtualPool({
        workers: 4,
        marble: (url: string, attempt) => (url === 'a' && attempt === 1 ? '---' : `200ms (${url}|)`),
      });
      const config = { pool, pause: 500, timeout: 700, retry: { count: 1, delay: 400 } };

      const urls$ = cold('  (abc|)');
      const expected = '    700ms b 499ms c 499ms (a|)';
      const runs = ['       ^ 699ms !', '500ms ^ 199ms !', '1s ^ 199ms !', '1500ms ^ 199ms !'];

      expectObservable(urls$.pipe(parallelMap(download, config), values())).toBe(expected);
      expectSubscriptions(pool.runs).toBe(runs);
    }),
  );
  // ----

  // ---- cancel
  it(
    'cancels the search for what is no longer asked for',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const search = (shard: string) => shard;
      const pool = new VirtualPool({ workers: 2, marble: (shard: string) => `----(${shard}|)` });
      const shards = ['p', 'q', 'r'];

      const typed$ = hot('  -a-----b-----------|');
      const expected = '    -----(pq)--(pq)r---|';
      const runs = [
        '                   -^---!', // p and q
        '                   -^---!',
        '                   -----^-!', // r, cancelled by b
        '                   -------^---!', // p and q again
        '                   -------^---!',
        '                   -----------^---!', // r
      ];

      const found$ = typed$.pipe(switchMap(() => parallel$(search, shards, { pool })));
      expectObservable(found$.pipe(values())).toBe(expected);
      expectSubscriptions(pool.runs).toBe(runs);
    }),
  );
  // ----

  describe('shows code as it runs', () => {
    const source = readFileSync(new URL(import.meta.url), 'utf8');
    const page = readFileSync(new URL('../../docs/testing.md', import.meta.url), 'utf8');
    const parts = [...source.matchAll(/^( *)\/\/ ---- (\w[\w ]*)\n(.*?)\n\1\/\/ ----$/gms)].map(
      ([, indent = '', name = '', part = '']) => ({ name, part: part.replaceAll(new RegExp(`^${indent}`, 'gm'), '') }),
    );
    const snippets = [...page.matchAll(/```ts\n(.*?)\n```/gs)].map(([, snippet = '']) => snippet);

    for (const { name, part } of parts)
      it(name, () => {
        expect(snippets).to.include(part);
      });

    it('and no other', () => {
      const imports = source.slice(source.indexOf('import { expect }'), source.indexOf('\n\n// Each part'));

      expect(parts.length).to.equal(6);
      expect(snippets.length).to.equal(7);
      expect(snippets).to.include(imports);
    });
  });
});
