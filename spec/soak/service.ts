// Puts the example service under twice the load that it can serve, and kills its workers meanwhile:
// npm run soak:service -- --minutes 10
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import autocannon, { type Options } from 'autocannon';
import { interval } from 'rxjs';
import { startService, type Service } from '../support/startService.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    'kill-ms': { type: 'string', default: '3000' },
  },
});
const MAX_WAIT_MS = 500;
const TIMEOUT_MS = 2000;
/** How much larger the service may be at the end than after a third of the time, in megabytes. */
const GROWTH_MB = 40;
const ALLOWED = ['200', '500', '503', '504'];

const page = `# A page\n\n${'```ts\nconst answer: number = 6 * 7;\n```\n'.repeat(40)}`;

interface Answered {
  readonly status: number;
  readonly ms: number;
}

const service = await startService(
  'service/main.ts',
  ...['--processes', '--max-queue', '16', '--max-wait', String(MAX_WAIT_MS), '--timeout', String(TIMEOUT_MS)],
);
const request: Options = {
  url: `${service.url}/render`,
  method: 'POST',
  headers: { 'content-type': 'text/markdown' },
  body: page,
  timeout: 60,
};

await autocannon({ ...request, connections: 2, duration: 2 });
const { requests } = await autocannon({ ...request, connections: 2, duration: 4 });
const capacity = requests.total / 4;
console.log(`capacity: ${capacity.toFixed(0)} requests a second`);

const minutes = Number(values.minutes);
const seconds = 60 * minutes;
const answers: Answered[] = [];
let kills = 0;
const sizes: number[] = [];
const killing = interval(Number(values['kill-ms'])).subscribe(() => {
  const pids = service.workers();
  const pid = pids[kills % Math.max(1, pids.length)];
  sizes.push(rssMb(service));
  if (pid === undefined) return;
  process.kill(pid, 'SIGKILL');
  kills += 1;
});

const result = await new Promise<autocannon.Result>((resolve, reject) => {
  const load = autocannon(
    { ...request, connections: 64, overallRate: Math.max(1, Math.ceil(2 * capacity)), duration: seconds },
    (error: Error | null, loaded) => {
      if (error === null) resolve(loaded);
      else reject(error);
    },
  );
  load.on('response', (_client, status, _bytes, ms) => {
    answers.push({ status, ms });
  });
});
killing.unsubscribe();

const delayMs = Number(/^render_event_loop_delay_max_seconds (\S+)$/m.exec(await metrics(service))?.[1]) * 1000;
const { code, stderr } = await service.stop('SIGTERM');

const counts = new Map<string, number>();
for (const { status } of answers) counts.set(String(status), (counts.get(String(status)) ?? 0) + 1);
const accepted = answers
  .filter(({ status }) => status === 200)
  .map(({ ms }) => ms)
  .sort((a, b) => a - b);
const p99 = accepted[Math.floor(accepted.length * 0.99)] ?? NaN;
const limitMs = MAX_WAIT_MS + TIMEOUT_MS + delayMs;
const [early = NaN, late = NaN] = [sizes[Math.floor(sizes.length / 3)], sizes.at(-1)];

console.log(`${String(minutes)} minutes, ${String(answers.length)} answers, ${String(kills)} kills`);
console.log([...counts].map(([status, count]) => `${status}: ${String(count)}`).join(', '));
console.log(
  `accepted: p99 ${p99.toFixed(0)} ms, at most ${String(accepted.at(-1))} ms; limit ${limitMs.toFixed(0)} ms`,
);
console.log(
  `delay of the event loop at most ${delayMs.toFixed(0)} ms; size ${early.toFixed(0)} MB, then ${late.toFixed(0)} MB`,
);

const faults = [
  result.errors > 0 && `${String(result.errors)} requests had no answer`,
  [...counts.keys()].some((status) => !ALLOWED.includes(status)) && 'an answer has an unexpected status',
  accepted.length < answers.length / 10 && 'hardly any request was accepted',
  counts.get('503') === undefined && 'no request was refused: it was no overload',
  kills === 0 && 'no worker was killed',
  !(p99 <= limitMs) && 'accepted requests took longer than the limit',
  !(late - early <= GROWTH_MB) && 'the service has grown',
  code !== 0 && `the service has exited with ${String(code)}: ${stderr}`,
].filter((fault) => fault !== false);
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;

async function metrics({ url }: Service): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

function rssMb({ pid }: Service): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]) / 1024;
}
