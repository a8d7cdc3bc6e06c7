import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const script = fileURLToPath(new URL('../../../support/scripts/reader.js', import.meta.url));

/** What a program may be started with, by a shell. */
const INPUTS = {
  'nothing to read': '</dev/null',
  'a pipe that stays open': '',
  'its input closed': '<&-',
} as const;

if (process.platform !== 'win32')
  for (const kind of ['process', 'thread'])
    describe(`the standard input of a worker ${kind} has ended`, function () {
      this.timeout(60_000);

      for (const [input, redirection] of Object.entries(INPUTS))
        it(`where the program has ${input}`, async () => {
          const program = spawn(
            '/bin/sh',
            ['-c', `exec "$0" "$1" "$2" ${redirection}`, process.execPath, script, kind],
            {
              stdio: ['pipe', 'pipe', 'inherit'],
            },
          );
          if (redirection === '') program.stdin.write('not for workers');
          const ended = once(program, 'exit');
          const said = await text(program.stdout);
          await ended;
          program.stdin.destroy();
          expect(program.exitCode).to.equal(0);
          expect((JSON.parse(said) as unknown[]).flat()).to.have.members(
            kind === 'process' ? [0, 0, 0, 0, 0, 0] : [0, 0, 0, 0],
          );
        });
    });
