import { expect } from 'chai';
import { fileURLToPath } from 'node:url';
import { Failed, run } from '../../support/run.ts';

const script = fileURLToPath(new URL('../../support/scripts/importsItself.ts', import.meta.url));
const flags = ['--enable-source-maps', '--import', new URL('../../support/register.js', import.meta.url).href];

describe('a module that starts a run of its own task while a worker imports it', function () {
  this.timeout(60_000);

  for (const how of ['thread', 'serial', 'initializer', 'unawaited'])
    it(`says what to do, and starts no workers in workers: ${how}`, async () => {
      const env = { ...process.env, HOW: how };
      const failed: unknown = await run(process.execPath, [...flags, script], {
        env,
        timeout: 20_000,
        killSignal: 'SIGKILL',
      }).catch((error: unknown) => error);

      expect(failed).to.be.instanceOf(Failed);
      expect((failed as Failed).stderr).to.match(
        /the task "double" is of a module that starts a run of it while a worker imports it: file:.*Move the task to a module of its own/,
      );
    });
});
