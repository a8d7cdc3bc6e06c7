import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import * as library from '../src/index.ts';
import * as testing from '../src/testing.ts';
import * as worker from '../src/worker.ts';
import { CONSUMERS } from './matrix/consumers.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../README.md');

describe('the README', () => {
  const examples = readdirSync(new URL('../examples/readme/', import.meta.url)).map((name) =>
    read(`../examples/readme/${name}`).trim(),
  );
  const snippets = [...readme.matchAll(/```ts\n(.*?)\n```/gs)].map(([, snippet = '']) => snippet);

  it('has four examples, with the modules of their tasks', () => {
    expect(snippets.length).to.equal(6);
  });

  for (const snippet of snippets)
    it(`shows an example as it runs: ${/^.*(?:rxjs-parallel|export).*$/m.exec(snippet)?.[0] ?? ''}`, () => {
      expect(examples).to.include(snippet);
    });

  it('has a row for each way to use the package that test:matrix tries', () => {
    const rows = [...readme.matchAll(/^\| (.*?) +\| [✔–]/gm)].map(([, name]) => name);

    expect(rows).to.deep.equal([...CONSUMERS.map(({ name }) => name), 'The specs of the package itself']);
  });

  for (const name of [library, testing, worker].flatMap((entry) => Object.keys(entry)))
    it(`names ${name}`, () => {
      expect(readme).to.include(name);
    });
});
