import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { redact } from '../../examples/redact/redact.ts';
import { runExample } from '../support/runExample.ts';

describe('the example redact', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-redact-'));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('prints the log without an address in it', async () => {
    const { lines, stderr, code } = await runExample('redact/main.ts');
    expect([stderr, code]).to.deep.equal(['', 0]);
    expect(lines).to.deep.equal([
      'ip-7b956615 - - [01/Mar/2026:08:00:01 +0000] "GET / HTTP/1.1" 200 5120',
      'ip-7b956615 - - [01/Mar/2026:08:00:02 +0000] "GET /login HTTP/1.1" 200 1800',
      'ip-34cd9782 - - [01/Mar/2026:08:00:02 +0000] "GET /reset?mail=mail-2e7a894e HTTP/1.1" 302 0',
      'ip-7b956615 - - [01/Mar/2026:08:00:05 +0000] "POST /login HTTP/1.1" 302 0',
      'ip-59e1d839 - - [01/Mar/2026:08:00:07 +0000] "GET /robots.txt HTTP/1.1" 404 90',
    ]);
  });

  it('writes a long log line for line in its order', async () => {
    const from = join(folder, 'from.log');
    const to = join(folder, 'to.log');
    const log = Array.from(
      { length: 20_000 },
      (_, n) => `10.0.${String(n >> 8)}.${String(n & 255)} asked for ${String(n)}`,
    );
    writeFileSync(from, log.map((line) => `${line}\n`).join(''));

    expect(await runExample('redact/main.ts', from, to)).to.deep.equal({ lines: [], stderr: '', code: 0 });
    expect(readFileSync(to, 'utf8').split('\n').slice(0, -1)).to.deep.equal(
      log.map((line) => redact(line, 'a salt of your own')),
    );
  });
});
