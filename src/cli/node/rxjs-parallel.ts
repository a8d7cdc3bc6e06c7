#!/usr/bin/env node
// The program `rxjs-parallel`: a subcommand, and its arguments.
import { messageOf } from '../../util/messageOf.ts';
import { worker } from './worker.ts';

const USAGE = `Usage: rxjs-parallel worker FILE

  worker FILE   serves tasks with the options that FILE exports by default, until SIGTERM or Ctrl-C`;

const [command, ...args] = process.argv.slice(2);

if (command === 'worker' && args.length === 1)
  worker(args[0] as string).catch((error: unknown) => {
    console.error(`rxjs-parallel worker: ${messageOf(error)}`);
    process.exit(1);
  });
else {
  const isHelp = command === '--help' || command === '-h';
  (isHelp ? console.log : console.error)(USAGE);
  process.exitCode = isHelp ? 0 : 2;
}
