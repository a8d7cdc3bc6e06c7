import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { clone } from '../../src/platform/clone.ts';
import { isAbortSignal } from '../../src/platform/realms/isAbortSignal.ts';
import { isError } from '../../src/platform/realms/isError.ts';
import { isUrl } from '../../src/platform/realms/isUrl.ts';
import { sizeOf } from '../../src/flow/source/sizeOf.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import { abortReason } from '../../src/util/abortReason.ts';
import { messageOf } from '../../src/util/messageOf.ts';

const foreign = (text: string): unknown => runInNewContext(text);

describe('a value of another realm', () => {
  it('is an error if its realm says so', () => {
    const errors = [
      foreign('new RangeError("no")'),
      foreign('Object.create(Error.prototype, { message: { value: "no" } })'),
    ];
    for (const error of [
      ...errors,
      new DOMException('no'),
      Object.assign(Object.create(new Error()), { message: 'no' }),
    ]) {
      expect(isError(error)).to.equal(true);
      expect(messageOf(error)).to.equal('no');
    }
    for (const other of [foreign('({ message: "no" })'), foreign('Error'), foreign('Error.prototype'), 'no', null])
      expect(isError(other)).to.equal(false);
  });

  it('has a size if it is a Map or a Set', () => {
    expect([foreign('new Map([[1, 2]])'), foreign('new Set([1, 2])'), foreign('[1]')].map(sizeOf)).to.deep.equal([
      1, 2, 1,
    ]);
    expect([foreign('new WeakMap()'), foreign('({ size: 1 })'), new Proxy(new Map(), {})].map(sizeOf)).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is a URL if it is one to its realm', () => {
    const url = { href: 'file:///a.js', [Symbol.toStringTag]: 'URL' } as unknown as URL;
    const web = { href: 'https://example.org/a.js', [Symbol.toStringTag]: 'URL' } as unknown as URL;
    expect([isUrl(url), isUrl(new URL('file:///a.js')), isUrl({ href: 'file:///a.js' }), isUrl(null)]).to.deep.equal([
      true,
      true,
      false,
      false,
    ]);
    expect(tasks<{ f: () => number }>(url).f).to.deep.include({
      origin: { kind: 'module', url: 'file:///a.js', name: 'f' },
    });
    expect(() => tasks(web)).to.throw(TypeError, 'module must be on this machine, not https://example.org/a.js');
  });

  it('is a signal if it can abort', () => {
    const listening = { addEventListener: () => undefined, removeEventListener: () => undefined };
    expect([new AbortController().signal, { aborted: false, ...listening }].map(isAbortSignal)).to.deep.equal([
      true,
      true,
    ]);
    for (const other of [{}, { aborted: false }, { aborted: 'no', ...listening }, new EventTarget(), null])
      expect(isAbortSignal(other)).to.equal(false);
    expect(abortReason({ aborted: true, ...listening } as unknown as AbortSignal)).to.include({ name: 'AbortError' });
    expect(abortReason(AbortSignal.abort(undefined))).to.include({ name: 'AbortError' });
    expect(abortReason(AbortSignal.abort(5))).to.equal(5);
  });

  it('is copied as for a thread', () => {
    const bytes = new ArrayBuffer(8);
    expect(clone({ bytes }, [bytes])).to.have.deep.property('bytes', new ArrayBuffer(8));
    expect(bytes.byteLength).to.equal(0);
    expect(clone(new Map([[1, { a: undefined }]]))).to.deep.equal(new Map([[1, { a: undefined }]]));
    expect(clone<unknown>(undefined)).to.equal(undefined);
    expect(() => {
      clone(() => 1);
    }).to.throw(DOMException, 'could not be cloned');
    const again = {
      get copy(): unknown {
        return clone({ a: 1 });
      },
    };
    expect(clone(again)).to.deep.equal({ copy: { a: 1 } });
  });
});
