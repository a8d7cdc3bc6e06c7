import { AsyncLocalStorage } from 'node:async_hooks';
import { expect } from 'chai';
import { captureContext, runInRootContext } from '../../src/platform/context/asyncContext.ts';
import { runInEmptyScope } from '../../src/platform/node/asyncScope.ts';

type Module = typeof import('../../src/platform/node/asyncScope.ts');

describe('the async context', () => {
  const storage = new AsyncLocalStorage<string>();
  const other = new AsyncLocalStorage<string>();
  const stores = (): readonly unknown[] => [storage.getStore(), other.getStore()];

  it('is that of the capture, wherever it is entered', () => {
    const a = storage.run('A', captureContext);
    const b = storage.run('B', () => other.run('b', captureContext));
    expect([a(stores), b(stores)]).to.deep.equal([
      ['A', undefined],
      ['B', 'b'],
    ]);
    expect(storage.run('C', () => a(() => [stores(), b(stores), stores()]))).to.deep.equal([
      ['A', undefined],
      ['B', 'b'],
      ['A', undefined],
    ]);
  });

  it('gives what the call gives, and throws what it throws', () => {
    expect(captureContext()(() => 1)).to.equal(1);
    expect(() => captureContext()(() => JSON.parse('{') as unknown)).to.throw(SyntaxError);
  });

  it('of the root has no store, also in a callback that comes later, and whatever a call before has entered', async () => {
    const seen = storage.run('A', () =>
      other.run('a', () =>
        runInRootContext(() => {
          const before = stores();
          storage.enterWith('B');
          return before;
        }),
      ),
    );
    const later = await storage.run('A', () => runInRootContext(() => Promise.resolve().then(stores)));
    expect([seen, later]).to.deep.equal([
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  it('of the root has no store either where this is loaded in the course of a request', async () => {
    const url = new URL('../../src/platform/node/asyncScope.ts?late', import.meta.url).href;
    const late = await storage.run('request', () => import(url) as Promise<Module>);
    expect(late.runInEmptyScope).to.not.equal(runInEmptyScope);
    expect(late.runInEmptyScope(stores)).to.deep.equal([undefined, undefined]);
  });
});
