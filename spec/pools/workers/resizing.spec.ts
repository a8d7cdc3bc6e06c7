import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { NEVER, Subject } from 'rxjs';
import { parallel, parallel$, parallelMap } from '../../../src/index.ts';
import { record } from '../../support/record.ts';
import { scratch } from '../../support/scratch.ts';
import { until } from '../../support/until.ts';

const double = (n: number): number => 2 * n;

/** Ends when so many are at work at once. */
const meet = async (n: number, folder: string, count: number): Promise<number> => {
  const { readdirSync, writeFileSync } = await import('node:fs');
  writeFileSync(`${folder}/${String(n)}`, '');
  for (const lateAt = Date.now() + 15_000; readdirSync(folder).length < count;) {
    if (Date.now() > lateAt) throw new Error('the others do not come');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return n;
};

/** Notes in a file when it begins and ends, or that it is there for as long as it may be. */
const note = async (n: number, file: string): Promise<number> => {
  const { appendFileSync } = await import('node:fs');
  appendFileSync(file, '+1\n');
  await new Promise((resolve) => setTimeout(resolve, n < 0 ? 60_000 : 20));
  appendFileSync(file, '-1\n');
  return n;
};

const CORES = availableParallelism();
const WIDE = CORES + 2;
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** The most that were at work at once. */
function mostOf(lines: readonly string[]): number {
  let atWork = 0;
  return Math.max(...lines.map((line) => (atWork += Number(line))));
}

for (const pool of ['thread', 'process'] as const)
  describe(`the default pool of a kind (${pool})`, function () {
    this.timeout(60_000);
    const log = scratch();
    let folder = '';
    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-meeting-'))));
    afterEach(() => {
      rmSync(folder, { recursive: true });
    });

    it('grows for a run that wants more while another one is open, and is as small again when it is over', async () => {
      const n$ = new Subject<number>();
      const { values, errors, subscription } = record(n$.pipe(parallelMap(double, { pool, workers: 1 })));
      n$.next(1);
      await until(() => values.length === 1);

      const met = parallel(meet, upTo(WIDE), { pool, workers: WIDE, chunkSize: 1, args: [folder, WIDE] });
      n$.next(2);
      expect(await met).to.deep.equal(upTo(WIDE));
      const config = { pool, workers: CORES, chunkSize: 1, args: [log.file] } as const;
      const both = await Promise.all([1, 2].map(() => parallel(note, upTo(2 * CORES), config)));
      n$.next(3);
      await until(() => values.length === 3);
      subscription.unsubscribe();

      expect(both).to.deep.equal([upTo(2 * CORES), upTo(2 * CORES)]);
      expect(mostOf(log.lines())).to.be.at.most(CORES);
      expect(values.map(([, result]) => result)).to.have.members([2, 4, 6]);
      expect(errors).to.deep.equal([]);
    });

    it('stays as large as the widest of the runs that are left wants it', async () => {
      const [wide, wider] = [WIDE, WIDE + 1].map((workers) => NEVER.pipe(parallelMap(double, { pool, workers })));
      const left = wider?.subscribe();
      const stays = wide?.subscribe();
      left?.unsubscribe();

      const config = { pool, workers: CORES, chunkSize: 1, args: [folder, WIDE] } as const;
      const met = await Promise.all([
        parallel(meet, upTo(WIDE).slice(0, CORES), config),
        parallel(meet, upTo(WIDE).slice(CORES), config),
      ]);
      stays?.unsubscribe();
      expect(met.flat()).to.deep.equal(upTo(WIDE));
    });

    it('serves a run that waits for workers of a wider one, which is cancelled at work', async () => {
      const wide = parallel$(note, Array<number>(WIDE).fill(-1), { pool, workers: WIDE, args: [log.file] }).subscribe();
      await until(() => log.lines().length === WIDE);
      const own = log.file.replace(/log$/, 'other.log');
      const config = { pool, workers: CORES, chunkSize: 1, args: [own] } as const;
      const waiting = parallel(note, upTo(3 * CORES), config);
      wide.unsubscribe();

      expect(await waiting).to.deep.equal(upTo(3 * CORES));
    });
  });
