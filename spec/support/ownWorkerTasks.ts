import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { currentTask } from '../../src/worker.ts';

const say = (file: string, word: string): void => {
  appendFileSync(file, `${word}\n`);
};
const linesOf = (file: string): readonly string[] => (existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []);

const arrive = (file: string): void => {
  say(file, `pid ${String(process.pid)}`);
  say(file, 'here');
};

/** Says that it is here, and in which process, and stays until it is told to stop. */
export const stay = async (file: string): Promise<never> => {
  const { signal } = currentTask() ?? {};
  arrive(file);
  try {
    await sleep(2 ** 30, undefined, { signal });
  } catch (error) {
    say(file, 'told');
    throw error;
  }
  throw new Error('nobody told me');
};

/** The same, but stays whatever it is told. */
export const loop = (file: string): never => {
  arrive(file);
  for (;;);
};

/** Is here until the file says `go`, or as many are as `parties` says. Its process says when it leaves. */
export const meet = async ([file, parties]: readonly [file: string, parties: number]): Promise<number> => {
  process.on('exit', () => {
    say(file, 'left');
  });
  arrive(file);
  const isOver = (lines: readonly string[]): boolean =>
    lines.includes('go') || lines.filter((line) => line === 'here').length >= parties;
  while (!isOver(linesOf(file))) await sleep(1);
  return process.pid;
};

/** Ends, as it says, when as many are here as `others` says. */
export const end = async (how: string, file: string, others = 0): Promise<string> => {
  say(file, `pid ${String(process.pid)}`);
  while (linesOf(file).filter((line) => line === 'here').length < others) await sleep(1);
  if (how === 'throw') throw new RangeError('thrown on demand');
  if (how === 'exit') process.exit(7);
  if (how === 'kill') process.kill(process.pid, 'SIGKILL');
  return how;
};

/** Stays, loops or ends, among two others. */
export const stayOrEnd = async ([how, file]: readonly [how: string, file: string]): Promise<string> => {
  if (how === 'stay') return await stay(file);
  if (how === 'loop') return loop(file);
  return await end(how, file, 2);
};
