import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { describeOnRedis, RedisServer } from '../support/queue/redisServer.ts';
import { pace } from '../support/pace.ts';

const script = fileURLToPath(new URL('../support/queue/ends.mjs', import.meta.url));
/** A third of the time for which a client of Redis that waits for nothing would hold its process. */
const SOON_MS = 700;

describeOnRedis('a process ends by itself', function () {
  this.timeout(20_000);
  const children: ChildProcess[] = [];
  let server: RedisServer;
  beforeEach(async () => {
    server = new RedisServer(['--requirepass', 'right']);
    await server.start();
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    return server.remove();
  });

  /** Runs the script, and returns its last line and the time that it lived after that line. */
  const run = async (
    act: string,
    connection: object,
    whenOpen: () => Promise<unknown> | undefined = () => undefined,
  ): Promise<{ readonly error?: string; readonly livedMs: number }> => {
    const options = JSON.stringify({ connection, connectTimeout: 1500, graceMs: 100, leaseMs: 1000 });
    const child = spawn(process.execPath, [script, options, act], { stdio: ['pipe', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    children.push(child);
    let last = '{}';
    for await (const line of createInterface(child.stdout)) {
      last = line;
      if (line !== 'open') continue;
      await whenOpen();
      child.stdin.end('close');
    }
    await exited;
    const { at, error } = JSON.parse(last) as { readonly at: number; readonly error?: string };
    return { livedMs: Date.now() - at, ...(error === undefined ? {} : { error }) };
  };

  for (const act of ['program', 'machine']) {
    it(`after there was no server, as a ${act}`, async () => {
      const { error, livedMs } = await run(act, { path: join(server.folder, 'nothing') });
      expect(error).to.include('TaskLoadError').and.include('1500 ms');
      expect(livedMs).to.be.below(SOON_MS * pace());
    });

    it(`after the server has refused its password, as a ${act}`, async () => {
      const { error, livedMs } = await run(act, { ...server.connection, password: 'wrong' });
      expect(error).to.include('WRONGPASS');
      expect(livedMs).to.be.below(SOON_MS * pace());
    });

    for (const [name, fault] of [
      ['is there', () => undefined],
      ['was killed', () => server.stop()],
      [
        'is frozen',
        () => {
          server.signal('SIGSTOP');
          return undefined;
        },
      ],
    ] as const)
      it(`after it was closed while the server ${name}, as a ${act}`, async () => {
        const { error, livedMs } = await run(act, { ...server.connection, password: 'right' }, fault);
        expect(error).to.equal(undefined);
        expect(livedMs).to.be.below(SOON_MS * pace());
      });
  }
});
