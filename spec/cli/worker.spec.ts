import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'chai';
import { worker } from '../../src/cli/node/worker.ts';
import { scratch } from '../support/scratch.ts';
import { errorOf } from '../support/settle.ts';

describe('the worker command', () => {
  const log = scratch();

  for (const file of ['./no-such-worker.js', './no-such-worker.ts', '/no/such/worker.mjs'])
    it(`names a file that is not there: ${file}`, async () => {
      expect(await errorOf(worker(file)))
        .to.be.instanceOf(TypeError)
        .with.property('message', `there is no file ${resolve(file)}`);
    });

  for (const text of ['export default 5;', 'export const modules = {};'])
    it(`says what a file has to export that has: ${text}`, async () => {
      const file = `${log.file}-${String(text.length)}.mjs`;
      writeFileSync(file, text);
      expect(await errorOf(worker(file)))
        .to.be.instanceOf(TypeError)
        .with.property(
          'message',
          `${file} must export the options of serveTasks by default: export default { connection, modules }`,
        );
    });
});
