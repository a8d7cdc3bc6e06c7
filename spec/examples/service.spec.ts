import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon, { type Result } from 'autocannon';
import { expect } from 'chai';
import { startService, type Service } from '../support/startService.ts';
import { pace } from '../support/pace.ts';

const code = '```ts\nconst answer: number = 6 * 7;\n```\n';
/** A page that takes some 20 ms. */
const page = `# A page\n\n${code.repeat(100)}`;
const REQUESTS = 300;
const ANSWERS_PER_KILL = 25;

const post = (service: Service, body: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${service.url}/render`, { method: 'POST', headers: { 'content-type': 'text/markdown' }, body, ...init });

/**
 * The status with which a body of so many bytes is refused. It is not sent: a server that closes the connection meanwhile may
 * take its answer with it.
 */
const announce = (service: Service, bytes: number): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'text/markdown', 'content-length': bytes };
    const asked = request(`${service.url}/render`, { method: 'POST', headers }, ({ statusCode }) => {
      resolve(statusCode);
      asked.destroy();
    });
    asked.on('error', reject);
    asked.flushHeaders();
  });

for (const program of ['main.ts', 'fastify.ts'])
  describe(`the example service/${program}`, function () {
    this.timeout(60_000);
    const services: Service[] = [];
    const start = async (...args: readonly string[]): Promise<Service> => {
      const service = await startService(`service/${program}`, ...args);
      services.push(service);
      return service;
    };
    after(async () => {
      await Promise.all(services.map((service) => service.stop('SIGKILL')));
    });

    it('renders pages with highlighted code, and says how many wait', async () => {
      const service = await start();
      const pages = await Promise.all([code, page].map((source) => post(service, source)));
      for (const response of pages) {
        expect(response.status).to.equal(200);
        expect(response.headers.get('content-type')).to.equal('text/html; charset=utf-8');
        expect(await response.text()).to.include('<span class="hljs-keyword">const</span>');
      }
      const metrics = await (await fetch(`${service.url}/metrics`)).text();
      expect(metrics)
        .to.match(/^render_workers 2$/m)
        .and.to.match(/^render_waiting 0$/m);
      expect((await fetch(`${service.url}/nothing`)).status).to.equal(404);
      expect(await announce(service, 2_000_000)).to.equal(413);
    });

    it('answers 503 and when to try again while it is full, and 504 for a page that takes too long', async () => {
      const service = await start('--workers', '1', '--max-queue', '0', '--timeout', String(300 * pace()));
      const [slow, refused] = [post(service, code.repeat(9000)), sleep(50).then(() => post(service, code))];
      const { status, headers } = await refused;
      expect(status).to.equal(503);
      expect(headers.get('retry-after')).to.equal('1');
      expect((await slow).status).to.equal(504);
    });

    it('answers each request at twice its capacity while its workers are killed', async () => {
      const service = await start('--processes', '--max-queue', '4', '--max-wait', '500', '--timeout', '2000');
      const result = await new Promise<Result>((resolve, reject) => {
        const load = autocannon(
          {
            url: `${service.url}/render`,
            method: 'POST',
            headers: { 'content-type': 'text/markdown' },
            body: page,
            connections: 16,
            amount: REQUESTS,
            timeout: 30,
          },
          (error: Error | null, loaded) => {
            if (error === null) resolve(loaded);
            else reject(error);
          },
        );
        let answers = 0;
        load.on('response', () => {
          answers += 1;
          const [worker] = service.workers();
          if (answers % ANSWERS_PER_KILL === 0 && worker !== undefined) process.kill(worker, 'SIGKILL');
        });
      });
      const counts = Object.entries(result.statusCodeStats ?? {}) as [string, { readonly count: number }][];
      const statuses = counts.map(([status, { count }]) => [status, count] as const);
      expect([result.errors, result.timeouts]).to.deep.equal([0, 0]);
      expect(statuses.reduce((sum, [, count]) => sum + count, 0)).to.equal(REQUESTS);
      expect(statuses.map(([status]) => status)).to.include('200');
      for (const [status] of statuses) expect(['200', '500', '503', '504']).to.include(status);
      // Its workers may still start.
      while ((await post(service, code)).status === 503);
      expect((await post(service, code)).status).to.equal(200);
    });

    it('keeps its workers when clients disconnect', async () => {
      const service = await start('--processes');
      const before = service.workers();
      const clients = Array.from({ length: 20 }, async (_, nth) => {
        const gone = new AbortController();
        const answer = post(service, page, { signal: gone.signal });
        await sleep(5 * nth);
        gone.abort();
        return answer.then(({ status }) => status).catch(() => 'gone');
      });
      expect(await Promise.all(clients)).to.include('gone');
      expect((await post(service, code)).status).to.equal(200);
      expect(service.workers()).to.deep.equal(before);
    });

    it('answers all that it has taken, and exits with 0, when it is told to end', async function () {
      // Windows has no signal that a process can handle.
      if (process.platform === 'win32') this.skip();
      const service = await start('--max-wait', '30000', '--drain-ms', '40000');
      const answers = Array.from({ length: 20 }, () => post(service, page));
      await Promise.race(answers);
      const ended = service.stop('SIGTERM');
      expect((await Promise.all(answers)).map(({ status }) => status)).to.deep.equal(answers.map(() => 200));
      expect(await ended).to.deep.include({ code: 0, stderr: '' });
    });
  });
