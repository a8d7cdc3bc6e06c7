import { expect } from 'chai';
import { contextPools } from '../../support/contextPools.ts';
import { findStrays } from '../../support/findStrays.ts';

/** A zone of zone.js. */
interface Zone {
  readonly name: string;
  fork(spec: object): Zone;
  run<T>(call: () => T): T;
}

const { Zone: zones } = globalThis as unknown as { readonly Zone: { readonly current: Zone; readonly root: Zone } };
const contexts = {
  run: <T>(name: string, call: () => T): T => zones.root.fork({ name }).run(call),
  current: () => zones.current.name,
};
const pools = Object.entries(contextPools(contexts)).filter(([name]) => !name.includes('processes'));

describe('the contract: zones', () => {
  for (const [name, make] of pools)
    it(`53. runs everything it calls in the zone of its subscription: ${name}`, async () => {
      const all = make();
      const { elsewhere, missing } = await findStrays(all);
      await all.close?.();

      expect(elsewhere, 'called in other zones').to.deep.equal([]);
      expect(missing, 'not called').to.deep.equal([]);
    });
});
