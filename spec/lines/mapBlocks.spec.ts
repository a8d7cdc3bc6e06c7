import { mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { lineBlocks, mapBlocks, mapLines, type LineBlock } from '../../src/lines.ts';

describe('a task of mapBlocks', () => {
  let folder: string;
  let path: string;
  let blocks: LineBlock[];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lines-'));
    path = join(folder, 'file');
    writeFileSync(path, 'one\ntwo\nsix');
    blocks = [];
    for await (const block of lineBlocks(path, { blockSize: 4 })) blocks.push(block);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const same = mapBlocks((bytes) => ({ text: bytes }));
  const textOf = (block: LineBlock): string => Buffer.from(same(block).text).toString();

  it('reads its own part of the file, also when lines have been added', () => {
    expect(blocks.map(textOf)).to.deep.equal(['one\n', 'two\n', 'six']);
    writeFileSync(path, 'one\ntwo\nsixty\nten');
    expect(blocks.map(textOf)).to.deep.equal(['one\n', 'two\n', 'six']);
  });

  it('takes no file that is another one, or shorter, or in which the lines end elsewhere', () => {
    writeFileSync(path, 'x\nxxxxx\nxx');
    expect(() => blocks.map(textOf)).to.throw('has been written to since it was cut into blocks of lines');
    truncateSync(path, 2);
    expect(() => blocks.map(textOf)).to.throw('has become shorter since it was cut');
    writeFileSync(`${path}2`, 'one\ntwo\nsix');
    renameSync(`${path}2`, path);
    expect(() => blocks.map(textOf)).to.throw('has been replaced since it was cut');
    rmSync(path);
    expect(() => blocks.map(textOf)).to.throw('ENOENT');
  });

  it('refuses what is no text, and what is no function', () => {
    for (const wrong of [undefined, 'text', {}, { text: 'text' }])
      expect(() => mapBlocks(() => wrong as never)(blocks[0] as LineBlock)).to.throw(
        TypeError,
        'a Uint8Array as its text',
      );
    expect(() => mapBlocks(1 as never)).to.throw(TypeError, 'map must be a function, not 1');
    expect(() => mapLines('x' as never)).to.throw(TypeError, 'map must be a function');
    expect(() => mapLines(String, { encoding: 'utf16' as never })).to.throw(
      TypeError,
      'encoding must be "utf8" or "latin1"',
    );
  });

  it('refuses to give memory of no size', () => {
    expect(() => mapBlocks((_bytes, memory) => ({ text: memory(-1) }))(blocks[0] as LineBlock)).to.throw(RangeError);
  });

  it('tells how many lines a block has', () => {
    const count = mapLines(() => undefined);
    expect(blocks.map((block) => count(block).lines)).to.deep.equal([1, 1, 1]);
  });

  it('may call another one', () => {
    const [first, second] = blocks as [LineBlock, LineBlock];
    const both = mapBlocks((bytes) => ({ text: Buffer.concat([bytes, same(second).text]) }));
    const lending = { ...first, lends: true };
    const { lent } = both(lending) as unknown as { readonly lent: { readonly text: Uint8Array } };
    expect(Buffer.from(lent.text).toString()).to.equal('one\ntwo\n');
  });
});
