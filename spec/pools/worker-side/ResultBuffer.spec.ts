import { expect } from 'chai';
import { ResultBuffer } from '../../../src/pools/worker-side/ResultBuffer.ts';
import type { WorkerEvent } from '../../../src/pools/wire/messages.ts';
import { transfer } from '../../../src/tasks/transfer.ts';

describe('ResultBuffer', () => {
  it('moves with its results as much as they say, also more than a call takes arguments', () => {
    const sent: [WorkerEvent, number][] = [];
    const outbox = new ResultBuffer({ emit: (event, transfers) => sent.push([event, transfers.length]) }, () => {
      throw new Error('nothing has failed');
    });
    const [few, many] = [new ArrayBuffer(1), new ArrayBuffer(2)];

    outbox.add(0, transfer({ few }, [few]));
    outbox.add(1, transfer({ many }, Array<ArrayBuffer>(300_000).fill(many)));
    outbox.add(2, 'nothing to move');
    outbox.flush();
    expect(sent).to.deep.equal([
      [{ kind: 'settled', from: 0, values: [{ few }, { many }, 'nothing to move'] }, 300_001],
    ]);
  });
});
