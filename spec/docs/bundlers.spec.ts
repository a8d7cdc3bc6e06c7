import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { SCRIPTS } from '../matrix/scripts.ts';
import { BUILDS } from '../web/bundlers/builds.ts';

const text = readFileSync(new URL('../../docs/browsers.md', import.meta.url), 'utf8');

/** The configuration that a bundler must have for the library. */
const NEEDED = ['build.mjs', 'rollup.config.js'];

describe('docs/browsers.md', () => {
  for (const { name, files, manifest, steps } of BUILDS) {
    const needed = NEEDED.map((file) => files?.[file]).filter((content) => typeof content === 'string');
    if (needed.length > 0 || manifest !== undefined)
      it(`has the configuration with which the page is built: ${name}`, () => {
        for (const content of needed) expect(text).to.include(`\`\`\`js\n${content}\`\`\``);
        if (manifest === undefined) return;
        const shown = [...text.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => JSON.parse(json) as unknown);
        expect(shown).to.deep.include(manifest);
        expect(text).to.include(`parcel ${steps.flat().slice(1).join(' ')}`);
      });
  }

  it('says of each program with scripts outside of browsers where its tasks run, as test:matrix finds it', () => {
    const rows = [...text.matchAll(/^\| (.*?) +\| (in th\w+.*?) +\|$/gm)].map(([, name, runsIn]) => ({ name, runsIn }));
    expect(rows).to.deep.equal(SCRIPTS.map(({ name, runsIn }) => ({ name, runsIn })));
  });
});
