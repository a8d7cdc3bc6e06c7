import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failed, runBoth, type Output } from '../support/run.ts';
import { PROJECT, type Consumer } from './Consumer.ts';
import type { NodeVersion } from './nodes.ts';

/** How a consumer fared with a Node. */
export type Cell =
  { readonly kind: 'works' } | { readonly kind: 'fails' | 'unsuited'; readonly reason: string; readonly log?: string };

/** What each program prints: the results of a task of a module, and of a function in place. */
export const PRINTED = 'thread 2,4,6 1,4,9\nprocess 2,4,6 1,4,9\n';
// A build of Next.js may take minutes on a machine with much other work.
const LATE_MS = 600_000;

/** Runs the steps of a consumer. */
export async function fillCell(consumer: Consumer, project: string, node: NodeVersion): Promise<Cell> {
  const reason = consumer.unsuited?.(node);
  if (reason !== undefined) return { kind: 'unsuited', reason };

  for (const built of ['dist', '.next']) rmSync(join(project, built), { recursive: true, force: true });
  const last = consumer.steps.at(-1) ?? [];
  const step = (args: readonly string[], cwd = project): Promise<Output> =>
    runBoth(
      node.binary,
      args.map((arg) => arg.replace(PROJECT, project)),
      { cwd, env: { ...node.env, NO_COLOR: '1', ...consumer.env }, timeout: LATE_MS },
    );
  try {
    for (const args of consumer.steps.slice(0, -1)) await step(args);
  } catch (error) {
    return failure(error, 'the build: ');
  }
  try {
    return judge(consumer, await step(last, consumer.runIn === 'beside' ? join(dirname(project), 'beside') : project));
  } catch (error) {
    if (error instanceof Failed && consumer.advice?.test(`${error.stdout}${error.stderr}`) === true)
      return { kind: 'works' };
    return failure(error, consumer.advice === undefined ? '' : 'another error: ');
  }
}

function judge({ advice, prints }: Consumer, { stdout, stderr }: Output): Cell {
  if (advice !== undefined) return { kind: 'fails', reason: `no error, but ${JSON.stringify(stdout)}` };
  const printed = prints === undefined ? stdout : `${stdout}${stderr}`;
  if (prints === undefined ? printed === PRINTED : prints.test(printed)) return { kind: 'works' };
  return { kind: 'fails', reason: `printed ${JSON.stringify(printed)}` };
}

/** A failure, with the line that tells most. */
export function failure(error: unknown, what = ''): Cell {
  if (!(error instanceof Failed)) return { kind: 'fails', reason: what + String(error) };
  const log = `${error.stdout}${error.stderr}`.trim();
  const telling = /^.*\berror TS\d+.*$|^ *\w*Error\b.*: .*$/m.exec(log)?.[0] ?? error.message.split('\n')[0] ?? '';
  return { kind: 'fails', reason: what + telling.trim(), log };
}
