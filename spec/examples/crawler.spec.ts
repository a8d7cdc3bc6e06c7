import { expect } from 'chai';
import { runExample } from '../support/runExample.ts';

describe('the example crawler', function () {
  this.timeout(60_000);

  it('reads each page once, whatever the site does, and gives up the page that is gone', async () => {
    const { lines, stderr, code } = await runExample('crawler/main.ts');
    expect([stderr, code]).to.deep.equal(['', 0]);
    // Which of two pages is read first is for the site to say.
    expect(lines[0]).to.equal('read /: 3 links, try 1');
    expect(lines.slice(1, -1).sort()).to.deep.equal([
      'failed /old-news: task readPage failed on item 0: 404 Not Found',
      'read /basket: 1 links, try 1',
      'read /news: 3 links, try 1',
      'read /shop: 2 links, try 2',
      'read /team: 2 links, try 2',
    ]);
    // One for each of three pages, two for each of two, and three for the one that is gone.
    expect(lines.at(-1)).to.equal('6 pages, 10 requests');
  });
});
