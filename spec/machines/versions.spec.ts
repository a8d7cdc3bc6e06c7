import { expect } from 'chai';
import { lastValueFrom, range, toArray } from 'rxjs';
import { QueuePool, serveTasks, type MeetingConfig } from '../../src/bullmq.ts';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { LocalPool } from '../../src/pools/local/LocalPool.ts';
import { TaskLoadError } from '../../src/tasks/errors/errors.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import { describeOnRedis, RedisServer } from '../support/queue/redisServer.ts';
import { errorOf } from '../support/settle.ts';
import { cellsOf } from './specifyFaults.ts';

const [one, two] = ['one', 'two'].map((name) => new URL(`../support/queue/versions/${name}.mjs`, import.meta.url)) as [
  URL,
  URL,
];
const ITEMS = 20;

describeOnRedis('programs and machines of several versions', function () {
  this.timeout(60_000);
  const server = new RedisServer();
  const opened: { close(): Promise<void> }[] = [];
  let namespace = 0;
  before(() => server.start());
  beforeEach(() => (namespace += 1));
  afterEach(() => Promise.all(opened.splice(0).map((each) => each.close())));
  after(() => server.remove());

  const both = (url: URL, version: string): MeetingConfig => ({
    connection: server.connection,
    modules: { versions: url },
    namespace: String(namespace),
    version,
  });
  const serve = async (url: URL, version: string): Promise<void> => {
    const pool = new LocalPool({ workers: 2 });
    opened.push(await serveTasks({ ...both(url, version), pool }));
  };
  const connect = async (url: URL, version: string, workersTimeout = 30_000): Promise<QueuePool> => {
    const pool = await QueuePool.connect({ ...both(url, version), workersTimeout });
    opened.push(pool);
    return pool;
  };
  const of = tasks<{ readonly version: () => string; readonly added: () => string; readonly dropped: () => string }>;

  cellsOf(4).forEach(({ ordered, chunkSize }) => {
    const title = `ordered ${String(ordered)}, chunkSize ${String(chunkSize)}`;

    it(`run on machines of the own version alone: ${title}`, async () => {
      await Promise.all([serve(one, '1'), serve(two, '2'), serve(two, '2.1+next')]);
      const pools = await Promise.all([connect(one, '1'), connect(two, '2'), connect(two, '2.1+next')]);
      const runs = pools.map((pool, at) =>
        lastValueFrom(
          range(0, ITEMS).pipe(parallelMap(of(at === 0 ? one : two).version, { pool, ordered, chunkSize }), toArray()),
        ),
      );
      const results = await Promise.all(runs);
      expect(results.map((pairs) => pairs.map(([, version]) => version))).to.deep.equal(
        ['one', 'two', 'two'].map((version) => Array.from({ length: ITEMS }, () => version)),
      );
    });

    for (const onError of ['throw', 'return', 'skip'] as const)
      it(`end a run that no machine of its version serves, and name it, with onError ${onError}: ${title}`, async () => {
        await serve(one, '1');
        const [lonely, served] = await Promise.all([connect(two, '2', 500), connect(one, '1', 500)]);
        const run = (pool: QueuePool, url: URL): Promise<unknown> =>
          lastValueFrom(
            range(0, ITEMS).pipe(
              parallelMap(of(url).version, { pool, ordered, chunkSize, onError, retry: 2 }),
              toArray(),
            ),
          );
        const [error, results] = await Promise.all([errorOf(run(lonely, two)), run(served, one)]);
        expect(error)
          .to.be.instanceOf(TaskLoadError)
          .with.property('message')
          .that.includes(`rp-${String(namespace)}-v1-2`);
        expect(results).to.have.length(ITEMS);
      });

    for (const onError of ['throw', 'return', 'skip'] as const)
      it(`end a run whose task a machine does not have, and name it, with onError ${onError}: ${title}`, async () => {
        // Machines that were deployed with the version of the program, but with other files.
        await serve(one, '1');
        const pool = await connect(two, '1');
        const pools = [pool, await connect(two, '1')];
        const config = { ordered, chunkSize, onError, retry: 2 } as const;
        const missing = pools.map((each) =>
          errorOf(
            lastValueFrom(range(0, ITEMS).pipe(parallelMap(of(two).added, { ...config, pool: each }), toArray())),
          ),
        );
        for (const error of await Promise.all(missing))
          expect(error)
            .to.be.instanceOf(TaskLoadError)
            .with.property('message')
            .that.matches(/added.*one\.mjs|one\.mjs.*added/);
        const results = await lastValueFrom(
          range(0, ITEMS).pipe(parallelMap(of(two).version, { ...config, pool }), toArray()),
        );
        expect(results.map(([, version]) => version)).to.deep.equal(Array.from({ length: ITEMS }, () => 'one'));
      });

    for (const onError of ['throw', 'return', 'skip'] as const)
      it(`end a run whose module a machine does not have, and name it, with onError ${onError}: ${title}`, async () => {
        await serve(one, '1');
        const pool = await QueuePool.connect({ ...both(one, '1'), modules: { versions: one, pictures: two } });
        opened.push(pool);
        const config = { pool, ordered, chunkSize, onError, retry: 2 } as const;
        const error = await errorOf(lastValueFrom(range(0, ITEMS).pipe(parallelMap(of(two).added, config), toArray())));
        expect(error)
          .to.be.instanceOf(TaskLoadError)
          .with.property('message')
          .that.includes('no module "pictures"')
          .and.includes('it has versions');
        const results = await lastValueFrom(range(0, ITEMS).pipe(parallelMap(of(one).dropped, config), toArray()));
        expect(results).to.have.length(ITEMS);
      });
  });
});
