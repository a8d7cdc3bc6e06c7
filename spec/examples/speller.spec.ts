import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { Speller } from '../../examples/speller/Speller.ts';
import { runExample } from '../support/runExample.ts';

describe('the example speller', function () {
  this.timeout(60_000);

  it('corrects a text, word by word, in order', async () => {
    expect(await runExample('speller/main.ts')).to.deep.equal({
      lines: ['the apple tree in our garden grows because we believe in it'],
      stderr: '',
      code: 0,
    });
  });

  it('gives one word for each, in one batch after the other', () => {
    const speller = new Speller(fileURLToPath(new URL('../../examples/speller/words.txt', import.meta.url)));
    expect([...speller.process(['wich', 'believe', 'wich'])]).to.deep.equal(['which', 'believe', 'which']);
    expect([...speller.process(['wich'])]).to.deep.equal(['which']);
  });
});
