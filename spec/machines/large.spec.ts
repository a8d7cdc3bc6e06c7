import { expect } from 'chai';
import { from, lastValueFrom, toArray } from 'rxjs';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import { describeOnRedis } from '../support/queue/redisServer.ts';
import { faultTasksUrl, World } from '../support/queue/World.ts';

const t = tasks<typeof import('../support/queue/faultTasks.mjs')>(faultTasksUrl);
/** Around a piece, and around several of them. */
const SIZES = [0, 10, 999_000, 1_000_001, 2_000_000, 3_456_789];

describeOnRedis('items and results of several megabytes', function () {
  this.timeout(60_000);
  let world: World;
  beforeEach(async () => {
    world = new World();
    await world.server.start();
  });
  afterEach(() => world.close());

  const items = SIZES.map((size) => Uint8Array.from({ length: size }, (_, at) => at % 251));
  const expected = items.map((item) => item.map((byte) => byte + 1));
  /** Waits until so many pieces are stored. */
  const stored = async (count: number): Promise<void> => {
    const { redis } = world.operator;
    while ((await redis.keys('*')).filter((key) => key.includes(':items:') || /:p:\w+:/.test(key)).length !== count);
  };

  for (const [title, options] of [
    ['', {}],
    [', with a secret', { secret: 'secret' }],
  ] as const)
    it(`arrive as they are, and leave nothing behind${title}`, async () => {
      await Promise.all([world.machine(options), world.machine({ ...options, where: 'here' })]);
      const pools = await Promise.all([world.pool(options), world.pool(options)]);
      const runs = pools.flatMap((pool) =>
        [1, 'auto' as const].map((chunkSize) =>
          lastValueFrom(from(items).pipe(parallelMap(t.increment, { pool, ordered: true, chunkSize }), toArray())),
        ),
      );
      for (const results of await Promise.all(runs))
        for (const [index, result] of results)
          expect(Buffer.compare(result, expected[index] as Uint8Array)).to.equal(0);
      await stored(0);
    });

  it('leave nothing behind where their run ends before a machine has come', async () => {
    const pool = await world.pool();
    const run = from(items.slice(-1)).pipe(parallelMap(t.increment, { pool })).subscribe();
    await stored(4);
    run.unsubscribe();
    await stored(0);
  });

  it('are read from keys of the own stream alone, whatever somebody else writes into it', async () => {
    await world.machine();
    const pool = await world.pool();
    const { redis } = world.operator;
    const [stream = ''] = await redis.keys('rp:default:p:*');
    await redis.set('other', 'kept');
    await redis.set(`${stream}:theirs`, 'forged bytes');
    for (const stored of ['1 other', `x ${stream}:theirs`, `0 ${stream}:theirs`, `1e9 ${stream}:theirs`, '', '5'])
      await redis.xadd(stream, '*', 's', stored);
    await redis.xadd(stream, '*', 's', `1 ${stream}:theirs`);
    const results = from(items).pipe(parallelMap(t.increment, { pool, ordered: true }), toArray());
    expect((await lastValueFrom(results)).map(([, { length }]) => length)).to.deep.equal(SIZES);
    expect(await redis.get('other')).to.equal('kept');
  });
});
