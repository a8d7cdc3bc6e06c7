import { expect } from 'chai';
import { runExample } from '../support/runExample.ts';

describe('the example search', function () {
  this.timeout(60_000);

  it('gives up what nobody waits for any more, and finds what was typed last', async () => {
    expect(await runExample('search/main.ts')).to.deep.equal({
      lines: [
        'typed a',
        'typed al',
        'gave up a',
        'typed alb',
        'gave up al',
        'typed alba',
        'gave up alb',
        'found alba: Albany Cty, Albany Municipal, South Albany',
      ],
      stderr: '',
      code: 0,
    });
  });
});
