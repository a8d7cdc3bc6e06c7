import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { firstValueFrom, from, lastValueFrom, take, toArray } from 'rxjs';
import { QueuePool, serveTasks, type QueuePoolConfig, type MachineServer } from '../../src/bullmq.ts';
import { parallel } from '../../src/operators/parallel.ts';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { LocalPool } from '../../src/pools/local/LocalPool.ts';
import { TaskLoadError } from '../../src/tasks/errors/errors.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import { makeCertificate } from '../support/queue/certificate.ts';
import type * as live from '../support/queue/machineTasks.ts';
import { describeOnRedis, RedisServer } from '../support/queue/redisServer.ts';
import { LEASE_MS, World } from '../support/queue/World.ts';
import { errorOf } from '../support/settle.ts';
import { until } from '../support/until.ts';

const url = new URL('../support/queue/machineTasks.ts', import.meta.url);
const modules = { machineTasks: url };
const t = tasks<typeof live>(url);

const opened: { close(): Promise<void> }[] = [];
const connect = async (config: QueuePoolConfig): Promise<QueuePool> => {
  const pool = await QueuePool.connect(config);
  opened.push(pool);
  return pool;
};
const serve = async (config: QueuePoolConfig): Promise<MachineServer> => {
  const server = await serveTasks({ ...config, pool: new LocalPool({ workers: 2 }) });
  opened.push(server);
  return server;
};
const closeAll = (): Promise<unknown> => Promise.all(opened.splice(0).map((one) => one.close()));

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describeOnRedis('connections that are encrypted', function () {
  this.timeout(60_000);
  const { certificate, key } = makeCertificate('localhost');
  let server: RedisServer;
  let port: number;

  before(async () => {
    port = await freePort();
    server = new RedisServer([
      ...['--tls-port', String(port), '--tls-cert-file', 'certificate.pem', '--tls-key-file', 'key.pem'],
      ...['--tls-ca-cert-file', 'certificate.pem', '--tls-auth-clients', 'no'],
    ]);
    writeFileSync(join(server.folder, 'certificate.pem'), certificate);
    writeFileSync(join(server.folder, 'key.pem'), key);
    await server.start();
  });
  afterEach(closeAll);
  after(() => server.remove());

  const meet = (
    ca: string,
  ): { connection: { host: string; port: number; tls: object }; modules: typeof modules; connectTimeout: number } => ({
    connection: { host: 'localhost', port, tls: { ca } },
    modules,
    // Longer than the tests may take.
    connectTimeout: 600_000,
  });

  it('carry runs between a program and its machines', async () => {
    const both = { ...meet(certificate), leaseMs: LEASE_MS };
    await serve(both);
    const pool = await connect(both);
    expect(await parallel(t.double, [1, 2, 3], { pool, chunkSize: 1 })).to.deep.equal([2, 4, 6]);
    const steps = await lastValueFrom(from([2, 1]).pipe(parallelMap(t.count, { pool, ordered: true }), toArray()));
    expect(steps).to.deep.equal([
      [0, 0],
      [0, 1],
      [1, 0],
    ]);
  });

  it('are refused at once if the certificate of the server is not trusted, with the reason', async () => {
    const other = meet(makeCertificate('localhost').certificate);
    const attempts = [connect(other), serve(other)];
    for (const error of await Promise.all(attempts.map(errorOf)))
      expect(error)
        .to.be.instanceOf(TaskLoadError)
        .with.property('message')
        .that.matches(/certificate/);
  });
});

describeOnRedis('a user of Redis with the rights that the documentation lists', function () {
  this.timeout(60_000);
  const [, rule = ''] = /^ACL SETUSER (.*)$/m.exec(readFileSync('docs/machines.md', 'utf8')) ?? [];
  let world: World;
  beforeEach(async () => {
    world = new World();
    await world.server.start();
    const { redis } = world.operator;
    await redis.call('ACL', 'SETUSER', ...rule.split(' '));
    await redis.call('ACL', 'LOG', 'RESET');
  });
  afterEach(async () => {
    await closeAll();
    await world.close();
  });

  const asUser = (username = 'shop', password = 'password'): { path: string; username: string; password: string } => ({
    ...world.server.connection,
    username,
    password,
  });
  /** The commands that Redis has refused. */
  const refused = async (): Promise<unknown> => world.operator.redis.call('ACL', 'LOG');

  it('may do all that programs and machines do', async () => {
    const both = { connection: asUser(), modules, namespace: 'shop', version: '1.4.0', leaseMs: LEASE_MS };
    for (const secret of [{}, { secret: 'a secret' }]) {
      const pool = await connect({ ...both, ...secret });
      const first = parallel(t.slowly, [1, 2, 3], { pool, chunkSize: 1, args: [LEASE_MS], priority: 2 });
      while ((await pool.depth()).waiting < 1);
      const machine = await serve({ ...both, ...secret });
      expect(await first).to.deep.equal([1, 2, 3]);
      const steps = await lastValueFrom(from([300]).pipe(parallelMap(t.count, { pool }), toArray()));
      expect(steps).to.have.length(300);
      await firstValueFrom(from([1, 5000]).pipe(parallelMap(t.wait, { pool, chunkSize: 1 }), take(1)));
      await until(() => machine.running === 0);
      await machine.close();
      await pool.close();
    }
    expect(await refused()).to.deep.equal([]);
  });

  it('may do no more: other keys, other namespaces and the administration of the server are refused', async () => {
    const redis = new Redis(asUser());
    const queue = 'bull:rp-shop-v1-1.4.0';
    await redis.set(`${queue}:key`, 1);
    for (const command of [
      ['SET', 'session:1', 'forged'],
      ['GET', 'rp:other:p:1'],
      ['LPUSH', 'bull:rp-other-v1-1:wait', '1'],
      ['PUBLISH', 'rp:other:m:1', ''],
      ['FLUSHALL'],
      ['CONFIG', 'SET', 'dir', '/'],
      ['ACL', 'SETUSER', 'shop', '+@all'],
      ['KEYS', '*'],
      ['SHUTDOWN'],
    ] as const) {
      const [name, ...args] = command;
      expect(await errorOf(redis.call(name, ...args)), name).to.match(/NOPERM/);
    }
    redis.disconnect();
    const both = { connection: asUser(), modules, namespace: 'other' };
    for (const error of await Promise.all([connect(both), serve(both)].map(errorOf)))
      expect(error).to.be.instanceOf(TaskLoadError);
  });
});
