import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const manifest = JSON.parse(readFileSync(path('../package.json'), 'utf8')) as Record<string, unknown>;
const PLACEHOLDER = 'OWNER-TO-FILL-IN';

describe('the check before a release', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-release-'));
  after(() => {
    rmSync(folder, { recursive: true });
  });
  const check = (changed: Record<string, unknown>): { status: number | null; stderr: string } => {
    const file = join(folder, 'package.json');
    writeFileSync(file, JSON.stringify({ ...manifest, ...changed }));
    return spawnSync(process.execPath, [path('../etc/releasable.js'), file], { encoding: 'utf8' });
  };
  const filled = JSON.parse(JSON.stringify(manifest).replaceAll(PLACEHOLDER, 'somebody')) as Record<string, unknown>;

  it('is run by npm before it publishes', () => {
    expect(manifest.scripts).to.have.property('prepublishOnly', 'node etc/releasable.js');
  });

  it('takes a package whose addresses are filled in', () => {
    expect(check(filled)).to.include({ status: 0, stderr: '' });
  });

  for (const field of ['homepage', 'bugs', 'repository'])
    it(`refuses a package without ${field}, or with its placeholder`, () => {
      const [missing, placeholder] = [
        check({ ...filled, [field]: undefined }),
        check({ ...filled, [field]: `https://example.org/${PLACEHOLDER}` }),
      ];
      expect(missing).to.include({ status: 1, stderr: `package.json: ${field} has no https: address\n` });
      expect(placeholder.status).to.equal(1);
      expect(placeholder.stderr).to.include(`${field} still has ${PLACEHOLDER}`);
    });
});
