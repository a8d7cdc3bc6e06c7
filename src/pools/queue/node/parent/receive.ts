import type { BeatMessage, ToParent } from '../protocol/messages.ts';
import type { Exchange } from './Exchange.ts';
import type { Machines } from './Machines.ts';

/** Handles a message to a program. @param bytes - The size of the message. */
export function receive(message: ToParent, bytes: number, exchange: Exchange, machines: Machines): void {
  const { pending, control } = exchange;
  switch (message.kind) {
    case 'beat':
      machines.receive(message.by, message.machine);
      answerBeat(message, exchange);
      return;
    case 'here':
      machines.receive(message.by, message.machine);
      return;
    case 'mark':
      for (const id of message.ids) pending.get(id)?.vanish();
      return;
    case 'lost':
      pending.get(message.id)?.lost(message.why, true);
      return;
    default: {
      machines.receive(message.by, message.kind === 'start' ? message.machine : undefined);
      const run = pending.get(message.id);
      if (run !== undefined) run.receive(message, bytes);
      // The chunk was cancelled, or it was lost and its items were sent again.
      else if (message.kind === 'start' || message.kind === 'settled')
        control.tell(message.by, { kind: 'stop', id: message.id });
    }
  }
}

/** Repeats messages that a machine has missed, and finds chunks with messages that this program has missed. */
function answerBeat({ by, chunks, runs }: BeatMessage, { pending, control, inbox, runs: live }: Exchange): void {
  for (const [id, last, credit] of chunks) {
    const run = pending.get(id);
    if (run === undefined) control.tell(by, { kind: 'stop', id });
    else run.check(by, last, credit);
  }
  for (const run of runs) if (!live.has(run)) control.tell(by, { kind: 'end', from: inbox.key, run });
}
