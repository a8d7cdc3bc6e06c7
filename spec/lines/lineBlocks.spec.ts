import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import fc from 'fast-check';
import { lineBlocks, type LineBlocksConfig } from '../../src/lines.ts';

describe('lineBlocks', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lines-'));
    path = join(folder, 'file');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const blocksOf = async (
    text: string | Uint8Array,
    config: LineBlocksConfig,
  ): Promise<readonly { readonly text: string; readonly start: number; readonly end: number }[]> => {
    writeFileSync(path, text);
    const found = [];
    for await (const { bytes, start, end } of lineBlocks(path, { ...config, load: true }))
      found.push({ text: Buffer.from(bytes ?? []).toString('latin1'), start, end });
    return found;
  };
  const read = async (text: string | Uint8Array, config: LineBlocksConfig | number): Promise<readonly string[]> => {
    const blocks = await blocksOf(text, typeof config === 'number' ? { blockSize: config } : config);
    return blocks.map((block) => Buffer.from(block.text, 'latin1').toString());
  };

  it('ends each block after the last line end before a multiple of its size', async () => {
    expect(await read('one\ntwo\nthree\nfour\n', 10)).to.deep.equal(['one\ntwo\n', 'three\nfour\n']);
    expect(await read('one\ntwo\nsix\n', 8)).to.deep.equal(['one\ntwo\n', 'six\n']);
  });

  it('tells where blocks are, without their bytes', async () => {
    writeFileSync(path, 'one\ntwo');
    const blocks = [];
    for await (const block of lineBlocks(pathToFileURL(path), { blockSize: 5 })) blocks.push(block);
    const [file] = blocks.map((block) => block.file);
    expect(blocks).to.deep.equal([
      { path, file, start: 0, end: 4, isLast: false, separator: 10 },
      { path, file, start: 4, end: 7, isLast: true, separator: 10 },
    ]);
  });

  it('makes a block longer for a line that is longer, up to a bound', async () => {
    expect(await read('a\nabcdefghijklm\nb\n', 4)).to.deep.equal(['a\n', 'abcdefghijklm\n', 'b\n']);
    const error: unknown = await read('a\nabcdefghijklm\nb\n', { blockSize: 4, maxLine: 5 }).catch((e: unknown) => e);
    expect(error).to.be.instanceOf(RangeError);
    expect(String(error)).to.include('the line at byte 2 of').and.include('longer than maxLine, 5 bytes');
  });

  it('finds the line end before a line that is longer than one read', async () => {
    const long = `${'x'.repeat(100_000)}\n`;
    expect(await read(`a\n${long}b\n`, 2 ** 15)).to.deep.equal(['a\n', `${long}b\n`]);
  });

  it('changes nothing: no line end, no byte order mark, no last line without an end, no character', async () => {
    expect(await read('one\ntwo', 5)).to.deep.equal(['one\n', 'two']);
    expect(await read('one\r\ntwo\r\n', 7)).to.deep.equal(['one\r\n', 'two\r\n']);
    expect(await read('\ufeffäöü\näöü\n', 12)).to.deep.equal(['\ufeffäöü\n', 'äöü\n']);
    expect(await read('one\0two\0', { blockSize: 5, separator: 0 })).to.deep.equal(['one\0', 'two\0']);
  });

  it('gives nothing of an empty file, and of a part that is empty', async () => {
    expect(await read('', 4)).to.deep.equal([]);
    expect(await read('one\n', { start: 4 })).to.deep.equal([]);
    expect(await read('one\n', { start: 2, end: 2 })).to.deep.equal([]);
  });

  it('ends at `end`', async () => {
    expect(await read('one\ntwo\nsix\n', { blockSize: 4, end: 8 })).to.deep.equal(['one\n', 'two\n']);
  });

  it('loses nothing at any size of block, and gives the same blocks wherever it begins', async () => {
    const line = fc.string({ maxLength: 6, unit: fc.constantFrom('a', 'ä', '\r', '\ufeff') });
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 20 }), async (lines, blockSize) => {
        const text = Buffer.from(lines.join('\n'));
        const all = await blocksOf(text, { blockSize });
        expect(all.map((block) => block.text).join('')).to.equal(text.toString('latin1'));
        expect(all.slice(0, -1).every((block) => block.text.endsWith('\n'))).to.equal(true);
        for (const [index, { end }] of all.entries())
          expect(await blocksOf(text, { blockSize, start: end })).to.deep.equal(all.slice(index + 1));
      }),
      { numRuns: 60 },
    );
  });

  it('reads two files at once', async () => {
    writeFileSync(path, 'one\ntwo\n');
    writeFileSync(`${path}2`, 'three\nfour\n');
    const [a, b] = [lineBlocks(path, { blockSize: 4 }), lineBlocks(`${path}2`, { blockSize: 6 })];
    const ends = [await a.next(), await b.next(), await a.next(), await b.next()].map(({ value }) => value?.end);
    expect(ends).to.deep.equal([4, 6, 8, 11]);
    expect([(await a.next()).done, (await b.next()).done]).to.deep.equal([true, true]);
  });

  const failure = (next: Promise<unknown>): Promise<unknown> =>
    next.then(
      () => undefined,
      (error: unknown) => error,
    );

  it('fails if the file is not there, is no file, is shorter than `start`, or becomes shorter', async () => {
    expect(await failure(lineBlocks(path).next())).to.have.property('code', 'ENOENT');
    expect(String(await failure(lineBlocks(folder).next()))).to.match(/EISDIR|must be a regular file/);
    writeFileSync(path, 'one\ntwo\nsix\n');
    expect(String(await failure(lineBlocks(path, { start: 13 }).next()))).to.include('start is 13, but');

    const blocks = lineBlocks(path, { blockSize: 5 });
    await blocks.next();
    truncateSync(path, 5);
    expect(String(await failure(blocks.next()))).to.include('has become shorter since it was cut');
  });

  it('checks its arguments at the call', () => {
    expect(() => lineBlocks('')).to.throw(TypeError, 'path must be a path or a URL, not ""');
    expect(() => lineBlocks(path, { blockSize: 0 })).to.throw(RangeError, 'blockSize must be an integer from 1, not 0');
    expect(() => lineBlocks(path, { separator: 128 })).to.throw(RangeError, 'from 0 to 127, not 128');
    expect(() => lineBlocks(path, { start: 2, end: 1 })).to.throw(RangeError, 'end must not be less than start, 2');
    expect(() => lineBlocks(path, { size: 1 } as LineBlocksConfig)).to.throw(TypeError, 'there is no option size');
  });
});
