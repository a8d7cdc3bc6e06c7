import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { lastValueFrom, range, tap, toArray } from 'rxjs';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import { describeOnRedis } from '../support/queue/redisServer.ts';
import { faultTasksUrl, World } from '../support/queue/World.ts';
import { scratch } from '../support/scratch.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);
const bin = fileURLToPath(new URL('../../dist/rxjs-parallel.js', import.meta.url));
const t = tasks<typeof import('../support/queue/faultTasks.mjs')>(faultTasksUrl);

describeOnRedis('npx rxjs-parallel worker', function () {
  this.timeout(60_000);
  const log = scratch();
  let world: World;
  beforeEach(async () => {
    world = new World();
    await world.server.start();
  });
  afterEach(() => world.close());

  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    it(`serves the options of a file, and on ${signal} runs what it holds to the end, and exits with 0`, async () => {
      const file = join(world.server.folder, 'worker.mjs');
      const options = `{ connection: ${JSON.stringify(world.server.connection)}, modules: { faultTasks: ${JSON.stringify(faultTasksUrl.href)} } }`;
      writeFileSync(file, `export default ${options};`);
      const child = spawn(process.execPath, [bin, 'worker', file], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
      expect(line).to.include('serves faultTasks');
      await world.machine({ leaseMs: 15_000 });
      const pool = await world.pool({ chunkMs: 200, leaseMs: 15_000 });
      let settled = 0;
      const done = lastValueFrom(
        range(0, 30).pipe(
          parallelMap(t.slowDouble, { pool, chunkSize: 1, args: [log.file, 100] }),
          tap(() => (settled += 1)),
          toArray(),
        ),
      );
      await until(() => settled >= 6);
      const exited = once(child, 'exit');
      child.kill(signal);
      expect(await exited).to.deep.equal([0, null]);
      expect(await done).to.have.length(30);
      expect(log.lines()).to.have.length(30);
    });

  it('says what is missing', async () => {
    const [none, noFile] = await Promise.allSettled([
      run(process.execPath, [bin, 'worker']),
      run(process.execPath, [bin, 'worker', '/nowhere/worker.mjs']),
    ]);
    expect(none).to.have.nested.property('reason.stderr').that.includes('Usage: rxjs-parallel worker FILE');
    expect(noFile).to.have.nested.property('reason.stderr').that.includes('/nowhere/worker.mjs');
  });
});
