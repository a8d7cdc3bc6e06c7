import { expect } from 'chai';
import { lastValueFrom, NEVER, type Subscription } from 'rxjs';

// The built package, since its workers boot at once.
const { href } = new URL('../../../dist/index.js', import.meta.url);
const { LocalPool, parallel, parallel$, parallelMap, ProcessPool, ThreadPool } = (await import(
  href
)) as typeof import('../../../src/index.ts');

/** More than the ten listeners of one kind from which on Node warns. */
const MANY = 12;
const double = (n: number): number => 2 * n;
const many = <T>(make: () => T): T[] => Array.from({ length: MANY }, make);

describe('Node has no warning of too many listeners for', function () {
  this.timeout(60_000);
  let warnings: string[] = [];
  const hear = ({ name, message }: Error): void => {
    warnings.push(`${name}: ${message}`);
  };
  before(() => process.on('warning', hear));
  after(() => process.off('warning', hear));
  beforeEach(() => (warnings = []));

  /** How many listeners each event of the process has, of which Node warns once and no more. */
  const listeners = (): ReadonlyMap<string | symbol, number> =>
    new Map(process.eventNames().map((name) => [name, process.listenerCount(name)]));
  const more = (before: ReadonlyMap<string | symbol, number>): number =>
    Math.max(...[...listeners()].map(([name, count]) => count - (before.get(name) ?? 0)));

  /** Node warns a turn later. */
  const expectNone = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings.filter((warning) => warning.includes('MaxListeners'))).to.deep.equal([]);
  };

  for (const [kind, Pool] of [
    ['threads', ThreadPool],
    ['processes', ProcessPool],
  ] as const) {
    it(`many pools of ${kind} that are open at once`, async () => {
      const before = listeners();
      const pools = many(() => new Pool({ workers: 1, execArgv: [] }));
      for (const pool of pools) expect(await parallel(double, [1, 2], { pool })).to.deep.equal([2, 4]);

      expect(more(before)).to.be.below(3);
      await expectNone();
      await Promise.all(pools.map((pool) => pool.close()));
      await expectNone();
    });

    it(`many workers of one pool of ${kind}, which boot at once, and many runs on it`, async () => {
      const before = listeners();
      const pool = new Pool({ workers: 3, execArgv: [] });
      const runs = await Promise.all(many(() => parallel(double, [1, 2, 3], { pool })));

      expect(runs).to.deep.equal(many(() => [2, 4, 6]));
      expect(more(before)).to.be.below(3);
      await expectNone();
      await pool.close();
      await expectNone();
    });
  }

  for (const [name, pool] of [
    ['the default pool', 'thread'],
    ['a pool of this thread', new LocalPool()],
  ] as const)
    it(`many runs on ${name} that share a signal`, async () => {
      const { signal } = new AbortController();
      const open: Subscription[] = many(() => NEVER.pipe(parallelMap(double, { pool, signal })).subscribe());
      const runs = await Promise.all(many(() => lastValueFrom(parallel$(double, [1], { pool, signal }))));

      expect(runs).to.deep.equal(many(() => [0, 2]));
      await expectNone();
      for (const run of open) run.unsubscribe();
      await expectNone();
    });

  it('many runs that share a signal, which aborts all of them', async () => {
    const controller = new AbortController();
    const errors: unknown[] = [];
    for (const run$ of many(() => NEVER.pipe(parallelMap(double, { pool: 'local', signal: controller.signal }))))
      run$.subscribe({ error: (error: unknown) => errors.push(error) });

    const reason = new Error('enough');
    controller.abort(reason);
    expect(errors).to.deep.equal(many(() => reason));
    await expectNone();
  });
});
