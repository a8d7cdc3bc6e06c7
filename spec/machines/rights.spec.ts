import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { from, lastValueFrom, toArray } from 'rxjs';
import { QueuePool, serveTasks, type MeetingConfig } from '../../src/bullmq.ts';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { LocalPool } from '../../src/pools/local/LocalPool.ts';
import { TaskLoadError } from '../../src/tasks/errors/errors.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import type * as live from '../support/queue/machineTasks.ts';
import { describeOnRedis } from '../support/queue/redisServer.ts';
import { LEASE_MS, World } from '../support/queue/World.ts';
import { errorOf } from '../support/settle.ts';

const url = new URL('../support/queue/machineTasks.ts', import.meta.url);
const modules = { machineTasks: url };
const t = tasks<typeof live>(url);
const [, documented = ''] = /^ACL SETUSER (.*)$/m.exec(readFileSync('docs/machines.md', 'utf8')) ?? [];
const RULE = documented.split(' ').slice(1);

/** Rights that a user of Redis may lack, and the side that needs them: programs, machines or both. */
const MISSING: readonly (readonly [right: string, side: 'both' | 'machine' | 'program'])[] = [
  ['+info', 'both'],
  ['~rp:shop:*', 'both'],
  ['~bull:rp-shop-*', 'both'],
  ['&rp:shop:*', 'both'],
  ['+eval', 'both'],
  ['+evalsha', 'both'],
  ['+xadd', 'both'],
  ['+xread', 'program'],
  ['+publish', 'program'],
  ['+set', 'both'],
  ['+subscribe', 'machine'],
  ['+bzpopmin', 'machine'],
  ['+getdel', 'machine'],
  ['+get', 'machine'],
];

describeOnRedis('a user of Redis that lacks a right', function () {
  this.timeout(60_000);
  let world: World;
  const opened: { close(): Promise<void> }[] = [];
  before(async () => {
    world = new World();
    await world.server.start();
  });
  afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));
  after(() => world.close());

  const grant = async (user: string, without?: string): Promise<void> => {
    const rights = RULE.filter((right) => right !== without);
    const taken = without?.startsWith('+') === true && !RULE.includes(without) ? [`-${without.slice(1)}`] : [];
    await world.operator.redis.call('ACL', 'SETUSER', user, 'reset', ...rights, ...taken);
  };
  const asUser = (username: string): MeetingConfig => ({
    connection: { ...world.server.connection, username, password: 'password' },
    modules,
    namespace: 'shop',
    leaseMs: LEASE_MS,
  });

  for (const [right, side] of MISSING)
    for (const lacking of side === 'both' ? (['program', 'machine'] as const) : [side])
      it(`is told that it needs ${right}, as a ${lacking}`, async () => {
        await grant('whole');
        await grant('lacking', right);
        const [program, machine] = lacking === 'program' ? ['lacking', 'whole'] : ['whole', 'lacking'];
        const serve = async (): Promise<void> => {
          opened.push(await serveTasks({ ...asUser(machine), pool: new LocalPool({ workers: 2 }) }));
        };
        const run = async (): Promise<void> => {
          const pool = await QueuePool.connect({ ...asUser(program), workersTimeout: 60_000 });
          opened.push(pool);
          // Args that are stored, results that are read, and yields for which the program has to ask.
          await lastValueFrom(from([20, 20]).pipe(parallelMap(t.countSlowly, { pool, args: [1] }), toArray()));
        };
        const errors =
          lacking === 'program' ? [await serve().then(() => errorOf(run()))] : [await errorOf(serve().then(run))];
        for (const error of errors)
          expect(error).to.be.instanceOf(TaskLoadError).with.property('message').that.includes(` ${right}`);
      });

  it('is told so when it loses the right while its tasks run', async () => {
    await grant('whole');
    await grant('lacking');
    opened.push(await serveTasks({ ...asUser('whole'), pool: new LocalPool({ workers: 4 }) }));
    const pools = await Promise.all([QueuePool.connect({ ...asUser('lacking') }), QueuePool.connect(asUser('whole'))]);
    opened.push(...pools);
    const [lost, kept] = pools.map((pool) =>
      lastValueFrom(from([20, 20]).pipe(parallelMap(t.countSlowly, { pool, args: [20] }), toArray())),
    );
    const error = errorOf(lost as Promise<unknown>);
    while ((await pools[0].depth()).active < 2);
    await grant('lacking', '+xread');
    expect(await error)
      .to.be.instanceOf(TaskLoadError)
      .with.property('message')
      .that.includes(' +xread');
    expect(await kept).to.have.length(40);
  });
});
