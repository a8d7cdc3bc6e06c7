import type { Clock } from '../../engine/Clock.ts';
import type { ParentLink, QueueNames } from '../../engine/Engine.ts';
import type { PoolLifecycle } from '../../../shared/PoolLifecycle.ts';
import type { Sealer } from '../protocol/Sealer.ts';
import type { ArgsStore } from './ArgsStore.ts';
import type { Control } from './Control.ts';
import type { HopMeter } from './run/HopMeter.ts';
import type { Inbox } from './Inbox.ts';
import type { LiveRuns } from './LiveRuns.ts';
import type { ModuleNames } from './ModuleNames.ts';
import type { Pending } from './run/Pending.ts';
import type { SuspectLine } from './run/SuspectLine.ts';

/** The parts that all jobs of a pool share. */
export interface Exchange {
  readonly names: QueueNames;
  readonly clock: Clock;
  readonly link: ParentLink;
  readonly sealer: Sealer;
  readonly lifecycle: PoolLifecycle;
  readonly inbox: Inbox;
  readonly control: Control;
  readonly pending: Pending;
  readonly suspects: SuspectLine;
  readonly args: ArgsStore;
  readonly runs: LiveRuns;
  readonly hop: HopMeter;
  readonly modules: ModuleNames;
  readonly limits: Limits;
}

export interface Limits {
  /** The time that a run may wait while no machine sends a message, in milliseconds, or Infinity. */
  readonly workersTimeoutMs: number;
  readonly maxMessageBytes: number;
  readonly priority: number;
}
