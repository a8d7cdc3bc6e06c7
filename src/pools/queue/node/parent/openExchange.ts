import { firstValueFrom, map, merge, mergeMap, throwError } from 'rxjs';
import { TaskLoadError } from '../../../../tasks/errors/errors.ts';
import { messageOf } from '../../../../util/messageOf.ts';
import { PoolLifecycle } from '../../../shared/PoolLifecycle.ts';
import { engineOf } from '../redis/engineOf.ts';
import { clockTimer$ } from '../../engine/clockTimer.ts';
import type { Clock } from '../../engine/Clock.ts';
import type { ParentLink, QueueNames } from '../../engine/Engine.ts';
import { Sealer } from '../protocol/Sealer.ts';
import { ArgsStore } from './ArgsStore.ts';
import { Control } from './Control.ts';
import type { Exchange } from './Exchange.ts';
import { HopMeter } from './run/HopMeter.ts';
import { Inbox } from './Inbox.ts';
import { LiveRuns } from './LiveRuns.ts';
import { Machines } from './Machines.ts';
import { ModuleNames } from './ModuleNames.ts';
import { Pending } from './run/Pending.ts';
import { SuspectLine } from './run/SuspectLine.ts';
import { receive } from './receive.ts';
import { refusalError } from './refusalError.ts';
import type { QueueSettings } from './resolveQueueConfig.ts';

/** The number of unanswered hellos after which a machine is forgotten. */
const MISSED_ANSWERS = 3;

/** Opens the parts that all jobs of a pool share. Rejects with a TaskLoadError if there is no connection. */
export async function openExchange(
  settings: QueueSettings,
): Promise<{ readonly exchange: Exchange; readonly machines: Machines }> {
  const { names, secret, leaseMs, helloMs, ttlMs, connectTimeoutMs } = settings;
  const engine = await engineOf(settings.given);
  const { clock } = engine;
  const link = await engine.openParent(names);
  const sealer = new Sealer(secret);
  const args = new ArgsStore(link, names, sealer, clock);
  const pending = new Pending();
  const machines = new Machines(clock, MISSED_ANSWERS * helloMs);
  const inbox = new Inbox(link, names, sealer, clock, ttlMs, {
    received: (message, bytes) => {
      receive(message, bytes, exchange, machines);
    },
    replaced: () => {
      args.forget();
      for (const [, run] of pending.all) run.lost('the queue has lost its memory', false);
    },
  });
  const exchange: Exchange = {
    names,
    clock,
    link,
    sealer,
    lifecycle: new PoolLifecycle('this pool of other machines', (ms) => clockTimer$(clock, ms)),
    inbox,
    control: new Control(link, sealer, clock, leaseMs),
    pending,
    suspects: new SuspectLine(),
    args,
    runs: new LiveRuns(),
    hop: new HopMeter(settings.chunkMs),
    modules: new ModuleNames(settings.modules),
    limits: settings,
  };
  try {
    await orRefused(inbox.open(), link, clock, names, connectTimeoutMs);
  } catch (cause) {
    void inbox.close().catch(() => undefined);
    await link.close();
    throw cause instanceof TaskLoadError
      ? cause
      : new TaskLoadError(`no connection to the queue: ${messageOf(cause)}`, { cause });
  }
  return { exchange, machines };
}

/** Also rejects if the engine refuses this program, or does not answer within `ms`. */
async function orRefused(
  opened: Promise<void>,
  link: ParentLink,
  clock: Clock,
  names: QueueNames,
  ms: number,
): Promise<void> {
  const refused$ = link.refused$.pipe(map((cause) => refusalError(cause, names)));
  const late$ = clockTimer$(clock, ms).pipe(
    map(() => new TaskLoadError(`no connection to the queue within ${String(ms)} ms`)),
  );
  const failed$ = merge(refused$, late$).pipe(mergeMap((error) => throwError(() => error)));
  await firstValueFrom(merge(opened, failed$), { defaultValue: undefined });
}
