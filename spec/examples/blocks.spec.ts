import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { blocks } from '../../examples/flights/blocks.ts';

describe('blocks', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'blocks-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const read = async (text: string, blockSize: number): Promise<string[]> => {
    const path = join(folder, 'file');
    await writeFile(path, text);
    const texts: string[] = [];
    for await (const block of blocks(path, blockSize)) texts.push(Buffer.from(block).toString());
    return texts;
  };

  it('ends each block with a line end', async () => {
    expect(await read('one\ntwo\nthree\nfour\n', 10)).to.deep.equal(['one\ntwo\n', 'three\nfour\n']);
  });

  it('cuts nothing off a line that ends just where the block does', async () => {
    expect(await read('one\ntwo\nsix\n', 8)).to.deep.equal(['one\ntwo\n', 'six\n']);
  });

  it('makes a block longer for a line that is longer', async () => {
    expect(await read('a\nabcdefghijklm\nb\n', 4)).to.deep.equal(['a\n', 'abcdefghijklm\n', 'b\n']);
  });

  it('gives the last line even if it has no end', async () => {
    expect(await read('one\ntwo', 5)).to.deep.equal(['one\n', 'two']);
  });

  it('keeps the line ends of other systems', async () => {
    expect(await read('one\r\ntwo\r\n', 7)).to.deep.equal(['one\r\n', 'two\r\n']);
  });

  it('never cuts a character of several bytes', async () => {
    expect(await read('äöü\näöü\n', 9)).to.deep.equal(['äöü\n', 'äöü\n']);
  });

  it('gives nothing of an empty file', async () => {
    expect(await read('', 4)).to.deep.equal([]);
  });

  it('gives each block a buffer of its own', async () => {
    const path = join(folder, 'file');
    await writeFile(path, 'one\ntwo\nsix\n');
    const buffers = new Set<ArrayBuffer>();
    for await (const { buffer } of blocks(path, 4)) buffers.add(buffer);
    expect(buffers.size).to.equal(3);
  });

  it('loses nothing at any size of block', async () => {
    const text = 'a\n\nbcd\r\nefghijk\nl\n\n\nmno';
    for (let blockSize = 1; blockSize <= text.length + 1; blockSize++) {
      const texts = await read(text, blockSize);
      expect(texts.join(''), `of ${String(blockSize)} bytes`).to.equal(text);
      expect(texts.slice(0, -1).every((block) => block.endsWith('\n'))).to.equal(true);
    }
  });

  it('fails when the file does not exist', async () => {
    const error: unknown = await blocks(join(folder, 'none'), 4)
      .next()
      .catch((reason: unknown) => reason);
    expect(error).to.have.property('code', 'ENOENT');
  });
});
