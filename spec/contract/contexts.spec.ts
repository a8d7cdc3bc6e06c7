import { expect } from 'chai';
import { contextPools } from '../support/contextPools.ts';
import { storeContexts } from '../support/Contexts.ts';
import { findStrays } from '../support/findStrays.ts';

describe('the contract: async contexts', () => {
  for (const [name, make] of Object.entries(contextPools(storeContexts())))
    it(`53. runs everything it calls in the async context of its subscription: ${name}`, async () => {
      const all = make();
      const { elsewhere, missing } = await findStrays(all);
      await all.close?.();

      expect(elsewhere, 'called in other contexts').to.deep.equal([]);
      expect(missing, 'not called').to.deep.equal([]);
    }).timeout(60_000);
});
