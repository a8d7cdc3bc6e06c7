import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { startIn } from '../../../../src/pools/workers/node/WorkerpoolTransport.ts';

/** A pool as workerpool makes it, with all that is used of it; of its parts, those that are given are others. */
const poolOf = (
  part: 'pool' | 'handler' | 'worker',
  members: Readonly<Record<string, unknown>>,
): { pool: object; ended: () => boolean } => {
  let isEnded = false;
  const nothing = (): void => undefined;
  const worker = { send: nothing, listeners: nothing, removeAllListeners: nothing };
  const handler = { debugPort: 1, worker, processing: {}, lastId: 0, exec: nothing };
  const pool = {
    workers: [handler],
    exec: () => ({ catch: nothing }),
    terminate: () => {
      isEnded = true;
    },
    _removeWorker: nothing,
  };
  Object.assign({ pool, handler, worker }[part], members);
  return { pool, ended: () => isEnded };
};

const parts = {
  pool: { name: 'pool', members: ['workers', 'exec', 'terminate', '_removeWorker'] },
  handler: { name: 'worker handler', members: ['debugPort', 'worker', 'processing', 'lastId', 'exec'] },
  worker: { name: 'worker', members: ['send', 'listeners', 'removeAllListeners'] },
} as const;

describe('a workerpool of another version, which lacks what its types do not have', () => {
  for (const part of ['pool', 'handler', 'worker'] as const)
    for (const member of parts[part].members)
      for (const other of [undefined, null, 'text'])
        it(`starts no worker, and the error names the missing part: ${part}.${member} is ${String(other)}`, () => {
          const { execArgv } = process;
          const { pool, ended } = poolOf(part, { [member]: other });
          expect(() => startIn(pool)).to.throw(
            Error,
            `this version of workerpool cannot be used: its ${parts[part].name} has no ${member}; rxjs-parallel needs workerpool 10.0.3`,
          );
          expect(ended()).to.equal(part !== 'pool');
          expect(process.execArgv).to.equal(execArgv);
        });

  it('is told from one that has all of it', () => {
    const { pool, ended } = poolOf('pool', {});
    expect(startIn(pool)).to.have.property('lastId', 0);
    expect(ended()).to.equal(false);
  });

  it('is not installed: the version is an exact one, and that of the error', () => {
    const versionIn = (file: string): string | undefined => {
      const text = readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8');
      return /"?workerpool"?:? "?(\d+\.\d+\.\d+)["\b;`]?/.exec(text)?.[1];
    };
    expect(versionIn('package.json')).to.equal('10.0.3');
    expect(versionIn('src/pools/workers/node/WorkerpoolTransport.ts')).to.equal('10.0.3');
  });
});
