import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runExample } from '../support/runExample.ts';

describe('the example hash', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-hash-'));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('prints the hashes of all files in the order of their names, and says which cannot be read', async () => {
    const files = {
      'a.txt': Buffer.from('a'),
      'b/large.bin': Buffer.alloc(3_000_000, 'large'),
      'c/d/empty.txt': Buffer.alloc(0),
    };
    for (const [name, bytes] of Object.entries(files)) {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), bytes);
    }
    symlinkSync('nowhere', join(folder, 'b', 'broken'));

    const { lines, stderr, code } = await runExample('hash/main.ts', folder);
    expect(lines).to.deep.equal(
      Object.entries(files).map(([name, bytes]) => `${createHash('sha256').update(bytes).digest('hex')}  ${name}`),
    );
    expect(stderr).to.match(/^b\/broken: task fileHash failed on item 1: ENOENT[^\n]*\n$/);
    expect(code).to.equal(1);
  });
});
