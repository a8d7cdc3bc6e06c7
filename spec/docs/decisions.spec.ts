import { readFileSync } from 'node:fs';
import { expect } from 'chai';

const text = readFileSync(new URL('../../docs/decisions.md', import.meta.url), 'utf8');

/** The anchor of a heading, as GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

describe('the decisions', () => {
  const titles = [...text.matchAll(/^## ((D-\d{3}) — (.*))$/gm)].map(([, heading = '', number = '', title = '']) => ({
    entry: `- [${number}](#${anchorOf(heading)}) ${title}`,
    number,
  }));

  it('have a number each', () => {
    const numbers = titles.map(({ number }) => number);
    expect(numbers.length).to.be.above(60);
    expect(numbers).to.deep.equal([...new Set(numbers)]);
  });

  it('are all in the index by topic, once, with a link to each and its title', () => {
    const index = [...text.matchAll(/^- \[D-.*$/gm)].map(([line]) => line);
    expect(index.sort()).to.deep.equal(titles.map(({ entry }) => entry).sort());
  });
});
