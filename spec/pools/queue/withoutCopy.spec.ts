import { expect } from 'chai';
import fc from 'fast-check';
import { Command } from 'ioredis';
import { withoutCopy } from '../../../src/pools/queue/node/redis/withoutCopy.ts';

const argument = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.nat(),
  fc.nat(300).map((length) => Buffer.alloc(length, 'é')),
  fc.constantFrom(2 ** 16 - 1, 2 ** 16, 2 ** 16 + 1).map((length) => Buffer.alloc(length, 7)),
);

/** All that a command writes to its connection. */
function written(command: Command): readonly (string | Buffer)[] {
  const parts: (string | Buffer)[] = [];
  const connection = { write: (part: string | Buffer) => parts.push(part) };
  const last = command.toWritable(connection);
  return [...parts, last];
}

describe('withoutCopy', () => {
  it('writes the same bytes as ioredis, for all arguments', () => {
    fc.assert(
      fc.property(fc.array(argument, { maxLength: 5 }), (args) => {
        const make = (): Command => new Command('set', [...args]);
        const bytes = Buffer.concat(written(withoutCopy(make())).map((part) => Buffer.from(part as string)));
        expect(bytes.equals(Buffer.from(make().toWritable({}) as string))).to.equal(true);
      }),
    );
  });

  it('writes large arguments as they are, each time that the command is written', () => {
    const large = Buffer.alloc(100_000);
    const command = withoutCopy(new Command('set', ['key', large, 'PX', Buffer.from('few'), large]));
    for (let time = 0; time < 2; time += 1) expect(written(command).filter((part) => part === large)).to.have.length(2);
  });
});
