import { NEVER } from 'rxjs';
import { parallel, parallel$, parallelMap, ProcessPool, startThread$, tasks, ThreadPool } from 'rxjs-parallel';
import { until } from '../until.ts';

const t = tasks<typeof import('../tasks.ts')>(new URL('../tasks.ts', import.meta.url));
const [, , act = '', kind = 'thread', file = ''] = process.argv;
const choice = kind as 'thread' | 'process';
const say = (word: string): void => {
  console.log(JSON.stringify({ word, at: Date.now() }));
};

const acts: Record<string, () => Promise<void>> = {
  'a finished run': async () => {
    await parallel(t.double, [1, 2, 3], { pool: choice });
  },
  'a pool that nobody closed': async () => {
    await parallel(t.double, [1, 2, 3], {
      pool: new { thread: ThreadPool, process: ProcessPool }[choice]({ workers: 2 }),
    });
  },
  'a failed run': async () => {
    await parallel(t.act, [1, 'throw', 'loop'], { pool: choice, workers: 3 }).catch(() => undefined);
  },
  'a cancelled loop': async () => {
    const subscription = parallel$(t.loggedLoop, [1], { pool: choice, args: [file] }).subscribe();
    const { existsSync } = await import('node:fs');
    await until(() => existsSync(file));
    subscription.unsubscribe();
  },
  'a run that never gets an item': async () => {
    NEVER.pipe(parallelMap(t.double, { pool: choice })).subscribe();
    await Promise.resolve();
  },
  'a run that is cancelled while its workers boot': async () => {
    parallel$(t.double, [1, 2], { pool: choice }).subscribe().unsubscribe();
    await Promise.resolve();
  },
  'a started call': async () => {
    startThread$(t.waitFor, 100).subscribe(() => {
      say('result');
    });
    await Promise.resolve();
  },
  'lines that tasks have printed': async () => {
    await parallel(t.print, [1, 2, 3, 4], { pool: choice });
  },
  'a bar in a pipe': async () => {
    await parallel(t.waitFor, [1, 150, 1], { pool: choice, progress: true });
  },
  'a loop in each worker': async () => {
    const places = await parallel(t.whereAmI, [1], { pool: choice });
    parallel$(t.loggedLoop, [1], { pool: choice, args: [file] }).subscribe();
    const { existsSync } = await import('node:fs');
    while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 5));
    console.log(JSON.stringify(places[0]));
    await new Promise(() => undefined);
  },
  'an exit in the middle': async () => {
    const [place] = await parallel(t.whereAmI, [1], { pool: choice });
    console.log(JSON.stringify(place));
    parallel$(t.loggedLoop, [1], { pool: choice, args: [file] }).subscribe();
    const { existsSync } = await import('node:fs');
    while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 5));
    process.exit(3);
  },
};

await acts[act]?.();
say('last');
