import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How long a run may take to leave nothing, in milliseconds, on a machine that is busy. */
const PATIENCE_MS = 3000;

/** Objects by their names, none of which is kept. */
export type Refs = Readonly<Record<string, WeakRef<object>>>;

/** Collects what nobody keeps. */
export function collect(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

/** The names of those that are still kept, by anybody, when they had some time to go. */
export async function keptOf(refs: Refs): Promise<readonly string[]> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    await sleep(20);
    collect();
    const kept = Object.keys(refs).filter((name) => refs[name]?.deref() !== undefined);
    if (kept.length === 0 || performance.now() > until) return kept;
  }
}
