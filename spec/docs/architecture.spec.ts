import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';

const root = new URL('../../', import.meta.url);
const text = readFileSync(new URL('ARCHITECTURE.md', root), 'utf8');

describe('the architecture', () => {
  const files = ['src', 'spec'].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' }).map(
      (file) => `/${file.replaceAll('\\', '/')}`,
    ),
  );
  const named = [...text.matchAll(/`([\w./-]+\.(?:ts|js|cjs|md))`/g)].map(([, name = '']) => name);

  it('names files that exist, by their names or the ends of their paths', () => {
    expect(named.length).to.be.above(40);
    const missing = named.filter(
      (name) => !files.some((file) => file.endsWith(`/${name}`)) && !existsSync(new URL(name, root)),
    );
    expect(missing).to.deep.equal([]);
  });

  it('has a row for each folder of the library', () => {
    const folders = readdirSync(new URL('src', root), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    const rooms = readdirSync(new URL('src/pools', root), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    const rows = [...text.matchAll(/^\| `([\w-]+)` /gm)].map(([, name]) => name);
    expect(rows).to.include.members([...folders, ...rooms]);
  });
});
