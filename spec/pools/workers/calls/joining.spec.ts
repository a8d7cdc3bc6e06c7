import { expect } from 'chai';
import { pooled, ProcessPool, tasks, WorkerCrashError, type Task } from '../../../../src/index.ts';
import { RECALL } from '../../../../src/pools/wire/callMessages.ts';
import type { CallChannel, CallChannelListener } from '../../../../src/pools/workers/Transport.ts';
import { WorkerpoolTransport } from '../../../../src/pools/workers/node/WorkerpoolTransport.ts';
import { errorOf } from '../../../support/settle.ts';
import { until } from '../../../support/until.ts';

const t = tasks<typeof import('../../../support/tasks.ts')>(new URL('../../../support/tasks.ts', import.meta.url));
const fast = ['--enable-source-maps', '--import', new URL('../../../support/register.js', import.meta.url).href];

const block = (ms: number): number => {
  const end = performance.now() + ms;
  while (performance.now() < end);
  return ms;
};

describe('calls that wait for a process', function () {
  this.timeout(60_000);
  const prototype: { openCalls: (this: WorkerpoolTransport, listener: CallChannelListener) => CallChannel } =
    WorkerpoolTransport.prototype;
  const { openCalls } = prototype;
  const messages: (readonly unknown[])[] = [];
  let pools: readonly [ProcessPool, ProcessPool];

  /** The calls of each message that has some. */
  const together = (): readonly (readonly unknown[])[] =>
    messages.flatMap(([kind, , , ...calls]) => ((kind as number) < 0 ? [] : [calls.filter((_, at) => at % 2 === 1)]));

  /** Has the pool learn that calls take no time. */
  const warm = async (call: (n: number) => Promise<unknown>): Promise<void> => {
    for (let round = 0; round < 40; round += 1) await Promise.all(Array.from({ length: 64 }, () => call(0)));
    messages.length = 0;
  };

  before(() => {
    prototype.openCalls = function (listener) {
      const channel = openCalls.call(this, listener);
      return {
        ...channel,
        send: (message, transfer) => {
          messages.push(message);
          channel.send(message, transfer);
        },
      };
    };
    const options = { execArgv: fast, idleMs: Infinity, graceMs: 50 };
    pools = [new ProcessPool({ ...options, workers: 1 }), new ProcessPool({ ...options, workers: 2 })];
  });
  after(async () => {
    prototype.openCalls = openCalls;
    await Promise.all(pools.map((pool) => pool.close()));
  });

  it('go there several in one message, at most eight, in their order', async () => {
    for (const pool of pools) {
      await using same = pooled(t.same as Task<number, number>, { pool });
      await warm(same);
      const items = Array.from({ length: 256 }, (_, n) => n);
      expect(await Promise.all(items.map((n) => same(n)))).to.deep.equal(items);
      const sent = together();
      // One that came back goes again.
      expect([...new Set(sent.flat())]).to.deep.equal(items);
      expect(sent.length).to.be.below(items.length / 2);
      expect(Math.max(...sent.map(({ length }) => length))).to.be.within(2, 8);
    }
  });

  it('come back from behind one that takes long, and go to another process', async () => {
    const [, pool] = pools;
    await using nap = pooled(t.waitOrNot, { pool, graceMs: 5000 });
    await warm(nap);
    const controller = new AbortController();
    const first = [nap(5), nap(5)];
    const long = errorOf(nap(50_000, { signal: controller.signal }));
    const others = Array.from({ length: 7 }, () => nap(0));
    await Promise.all([...first, ...others]);
    expect(together().filter(([at]) => at === 50_000)).to.deep.equal([[50_000, 0, 0, 0]]);
    expect(messages.filter(([kind]) => kind === RECALL)).to.have.length(1);
    controller.abort('enough');
    expect(await long).to.equal('enough');
    expect(pool.stats()).to.include({ stopped: 0, crashed: 0 });
  });

  it('leave at once when they are aborted, and their process stays', async () => {
    const [pool] = pools;
    await using spin = pooled(block, { pool });
    await warm(spin);
    const { started } = pool.stats();
    const controllers = [new AbortController(), new AbortController()];
    const running = [spin(5), spin(300)];
    const aborted = controllers.map(({ signal }) => errorOf(spin(0, { signal })));
    const last = spin(1);
    await until(() => together().some(([first]) => first === 300));
    expect(together().at(-1)).to.deep.equal([300, 0, 0, 1]);
    const beganAtMs = performance.now();
    controllers.forEach((controller) => {
      controller.abort('gone');
    });
    expect(await Promise.all(aborted)).to.deep.equal(['gone', 'gone']);
    expect(performance.now() - beganAtMs).to.be.below(200);
    expect(await Promise.all([...running, last])).to.deep.equal([5, 300, 1]);
    expect(pool.stats()).to.include({ started, stopped: 0, crashed: 0 });
  });

  it('are not charged with the death of their process', async () => {
    const [pool] = pools;
    await using act = pooled(t.actNow, { pool, crashRetries: 0 });
    await warm(act);
    const ends = await Promise.allSettled([1, 2, 'exit', 3, 4, 'exit', 5].map((what) => act(what)));
    expect(together().some((calls) => calls.length > 1 && calls.includes('exit'))).to.equal(true);
    for (const [at, end] of ends.entries())
      if (at === 2 || at === 5) expect(end).to.have.property('reason').that.is.instanceOf(WorkerCrashError);
      else expect(end.status).to.equal('fulfilled');
  });
});
