import 'zone.js/node';
import { contextPools } from '../contextPools.ts';
import { findStrays, type Strays } from '../findStrays.ts';

/** A zone of zone.js. */
interface Zone {
  readonly name: string;
  fork(spec: { readonly name: string }): Zone;
  run<T>(call: () => T): T;
}

const { Zone: zones } = globalThis as unknown as { readonly Zone: { readonly current: Zone; readonly root: Zone } };
const contexts = {
  run: <T>(name: string, call: () => T): T => zones.root.fork({ name }).run(call),
  current: () => zones.current.name,
};

// Prints by pool what its runs have called in other zones than theirs.
const found: Record<string, Strays> = {};
for (const [name, make] of Object.entries(contextPools(contexts))) {
  const all = make();
  found[name] = await findStrays(all);
  await all.close?.();
}
console.log(JSON.stringify(found));
