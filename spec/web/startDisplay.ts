import type { Readable } from 'node:stream';
import { Program } from './Program.ts';

/** An X server without a screen, for the browsers that need one. */
export interface Display {
  readonly program: Program;
  /** As `DISPLAY` names it. */
  readonly name: string;
}

/** Starts an X server with a number that is free, and waits for it to serve. */
export async function startDisplay(command: string): Promise<Display> {
  // It writes the number to the fourth file, as soon as it serves.
  const args = ['-displayfd', '3', '-screen', '0', '1024x768x24', '-nolisten', 'tcp'];
  const program = new Program(command, args, {}, { endBy: 'SIGTERM', stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  let number = '';
  for await (const part of program.child.stdio[3] as Readable) {
    number += String(part);
    if (number.endsWith('\n')) break;
  }
  if (!number.endsWith('\n')) throw new Error(`${command} has not started`);
  return { program, name: `:${number.trim()}` };
}
