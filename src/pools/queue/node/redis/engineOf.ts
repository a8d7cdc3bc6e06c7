import type { Engine } from '../../engine/Engine.ts';
import { REAL_CLOCK } from '../../engine/realClock.ts';
import type { MeetingConfig } from '../protocol/meeting.ts';
import { BullmqMachine } from './BullmqMachine.ts';
import { BullmqParent } from './BullmqParent.ts';
import { Clients } from './Clients.ts';
import { loadPeers } from './loadPeers.ts';

/** The given engine, or BullMQ. Rejects with a TaskLoadError if BullMQ is not installed. */
export async function engineOf({ engine, connection = {} }: MeetingConfig): Promise<Engine> {
  if (engine !== undefined) return engine;
  const peers = await loadPeers();
  return {
    clock: REAL_CLOCK,
    openParent: (names) => Promise.resolve(new BullmqParent(peers, new Clients(peers, connection), names)),
    openMachine: (names) => Promise.resolve(new BullmqMachine(peers, new Clients(peers, connection), names)),
  };
}
