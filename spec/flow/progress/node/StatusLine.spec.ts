/* eslint-disable @typescript-eslint/unbound-method -- write is compared and replaced here */
import { expect } from 'chai';
import { StatusLine } from '../../../../src/flow/progress/node/StatusLine.ts';
import { screenOf } from '../../../support/screenOf.ts';

/** Streams to one terminal, and the lines that it shows. */
function terminal(count = 1): { streams: NodeJS.WriteStream[]; screen: () => string[] } {
  let written = '';
  class Stream {
    readonly isTTY = true;
    write(text: string | Uint8Array): boolean {
      written += Buffer.from(text as string).toString();
      return true;
    }
  }
  const streams = Array.from({ length: count }, () => new Stream() as unknown as NodeJS.WriteStream);
  return { streams, screen: () => screenOf(written) };
}

describe('StatusLine', () => {
  it('stays below what is written to the terminal, by any of its streams', () => {
    const { streams, screen } = terminal(2);
    const [out, err] = streams as [NodeJS.WriteStream, NodeJS.WriteStream];
    const line = new StatusLine(err, [out]);
    line.show(line, '1 done, of many');
    err.write('first\n');
    out.write(Buffer.from('second\n'));
    expect(screen()).to.deep.equal(['first', 'second', '1 done, of many']);

    line.show(line, '2 done');
    out.write('third\nfourth\n');
    line.end(line);
    out.write('fifth\n');
    expect(screen()).to.deep.equal(['first', 'second', 'third', 'fourth', '2 done', 'fifth', '']);
  });

  it('waits for the end of a line that others have begun', () => {
    const { streams, screen } = terminal();
    const [stream] = streams as [NodeJS.WriteStream];
    const line = new StatusLine(stream);
    line.show(line, '1 done');
    stream.write('.');
    line.show(line, '2 done');
    stream.write('');
    stream.write('.');
    expect(screen()).to.deep.equal(['..']);
    stream.write('.\n');
    expect(screen()).to.deep.equal(['...', '2 done']);
  });

  it('that ends while others are within a line writes below that line', () => {
    const { streams, screen } = terminal();
    const [stream] = streams as [NodeJS.WriteStream];
    const line = new StatusLine(stream);
    line.show(line, '1 done');
    stream.write('Name?');
    line.end(line);
    expect(screen()).to.deep.equal(['Name?', '1 done', '']);
  });

  it('shows the first of several texts, and leaves the last state of each, whichever ends first', () => {
    for (const [first, second, lines] of [
      ['a', 'b', ['log', 'a 2', 'b 1', '']],
      ['b', 'a', ['log', 'b 1', 'a 2', '']],
    ] as const) {
      const { streams, screen } = terminal();
      const [stream] = streams as [NodeJS.WriteStream];
      const line = new StatusLine(stream);
      const owners = { a: {}, b: {} };
      line.show(owners.a, 'a 1');
      line.show(owners.b, 'b 1');
      expect(screen()).to.deep.equal(['a 1']);
      stream.write('log\n');
      line.show(owners.a, 'a 2');
      line.end(owners[first]);
      expect(screen().at(-1)).to.equal(first === 'a' ? 'b 1' : 'a 2');
      line.end(owners[second]);
      expect(screen()).to.deep.equal(lines);
    }
  });

  it('two of which, as of two copies of the package, leave each other and other text whole', () => {
    const { streams, screen } = terminal();
    const [stream] = streams as [NodeJS.WriteStream];
    const [a, b] = [new StatusLine(stream), new StatusLine(stream)];
    a.show(a, 'a 1');
    b.show(b, 'b 1');
    stream.write('log\n');
    a.show(a, 'a 2');
    b.show(b, 'b 2');
    stream.write('log\n');
    a.end(a);
    stream.write('log\n');
    b.end(b);
    expect(screen().filter((text) => text === 'log')).to.have.length(3);
    expect(screen()).to.include.members(['a 2', 'b 2']);
    expect(screen().join('')).to.match(/^(log|[ab] \d)*$/);
  });

  it('puts write back as it was, in any order with others that replace it', () => {
    for (const othersFirst of [true, false]) {
      const { streams, screen } = terminal();
      const [stream] = streams as [NodeJS.WriteStream];
      const line = new StatusLine(stream);
      line.show(line, '1 done');
      const ours = stream.write;
      let heard = '';
      const theirs = function (this: unknown, text: string): boolean {
        heard += text;
        return Reflect.apply(ours, this, [text]);
      } as NodeJS.WriteStream['write'];
      stream.write = theirs;
      if (othersFirst) stream.write = ours;
      line.end(line);

      expect(Object.hasOwn(stream, 'write')).to.equal(!othersFirst);
      if (!othersFirst) expect(stream.write).to.equal(theirs);
      stream.write('log\n');
      expect(heard).to.equal(othersFirst ? '' : 'log\n');
      expect(screen()).to.deep.equal(['1 done', 'log', '']);

      line.show(line, 'again');
      stream.write('log\n');
      line.end(line);
      expect(screen()).to.deep.equal(['1 done', 'log', 'log', 'again', '']);
      if (!othersFirst) expect(stream.write).to.equal(theirs);
    }
  });

  it('puts back a write that was of the stream itself', () => {
    const { streams } = terminal();
    const [stream] = streams as [NodeJS.WriteStream];
    const write = (stream.write = stream.write.bind(stream));
    const line = new StatusLine(stream);
    line.show(line, '1 done');
    line.end(line);
    expect(stream.write).to.equal(write);
  });

  it('hands on what the write of the stream gets, gives and throws', () => {
    const calls: unknown[][] = [];
    const failure = new Error('closed');
    const stream = {
      write(...args: unknown[]): boolean {
        calls.push([this === stream, ...args]);
        if (args[0] === 'bad') throw failure;
        return false;
      },
    } as unknown as NodeJS.WriteStream;
    const line = new StatusLine(stream);
    line.show(line, '1 done');
    calls.length = 0;
    const done = (): void => undefined;
    expect(stream.write('text\n', 'utf8', done)).to.equal(false);
    expect(calls).to.deep.include([true, 'text\n', 'utf8', done]);
    expect(() => stream.write('bad')).to.throw(failure);
    line.end(line);
  });
});
