import { expect } from 'chai';
import type { MachineLink } from '../../../src/pools/queue/engine/Engine.ts';
import { REAL_CLOCK } from '../../../src/pools/queue/engine/realClock.ts';
import { MessageSender } from '../../../src/pools/queue/node/machine/MessageSender.ts';
import { repair } from '../../../src/pools/queue/node/machine/repair.ts';
import type { ToParent } from '../../../src/pools/queue/node/protocol/messages.ts';
import { Sealer } from '../../../src/pools/queue/node/protocol/Sealer.ts';

const settled = (n: number, value: unknown): ToParent => ({
  kind: 'settled',
  id: 'c',
  by: 'm',
  n,
  from: n,
  values: [value],
  errors: undefined,
  yields: undefined,
});

/** Sends messages with some results, all at once. Resolves to the sizes of the entries, and to the messages in them. */
async function send(
  results: readonly unknown[],
  secret?: string,
): Promise<{ readonly sizes: readonly number[]; readonly messages: readonly ToParent[] }> {
  const sealer = new Sealer(secret);
  const sizes: number[] = [];
  const messages: ToParent[] = [];
  const link: Pick<MachineLink, 'append'> = {
    append: (key, bytes) => {
      sizes.push(bytes.length);
      messages.push(...(sealer.open(key, bytes) as readonly ToParent[]));
      return Promise.resolve(true);
    },
  };
  const sender = new MessageSender(link as MachineLink, sealer, REAL_CLOCK, () => undefined, repair);
  expect(await Promise.all(results.map((result, n) => sender.send('program', settled(n, result))))).to.not.include(
    false,
  );
  return { sizes, messages };
}

describe('MessageSender', () => {
  for (const secret of [undefined, 'a secret'])
    describe(secret === undefined ? 'without a secret' : 'with a secret', () => {
      it('sends many small messages in one entry', async () => {
        const { sizes, messages } = await send(
          Array.from({ length: 1000 }, (_, n) => n),
          secret,
        );
        expect(sizes).to.have.length(1);
        expect(messages).to.have.length(1000);
      });

      it('sends large messages in entries of a few megabytes, each message once and in order', async () => {
        for (const [count, length] of [
          [10, 1_000_000],
          [20, 300_000],
          [3, 5_000_000],
        ] as const) {
          const { sizes, messages } = await send(
            Array.from({ length: count }, () => new Uint8Array(length)),
            secret,
          );
          expect(Math.max(...sizes)).to.be.below(Math.max(length, 4_000_000) + 1000);
          expect(sizes.length).to.be.at.most(Math.ceil((count * length) / 2_000_000));
          expect(messages.map((message) => 'n' in message && message.n)).to.deep.equal(
            Array.from({ length: count }, (_, n) => n),
          );
        }
      });

      it('sends an error in place of each result that cannot be sent, and all others', async () => {
        for (const bad of [[0], [3], [5, 6], [0, 9]]) {
          const { messages } = await send(
            Array.from({ length: 10 }, (_, n) => (bad.includes(n) ? new SharedArrayBuffer(8) : 'x'.repeat(70_000))),
            secret,
          );
          expect(
            messages.flatMap((message) =>
              message.kind === 'settled' && message.errors?.length === 1 ? [message.n] : [],
            ),
          ).to.deep.equal(bad);
          expect(messages).to.have.length(10);
        }
      });
    });
});
