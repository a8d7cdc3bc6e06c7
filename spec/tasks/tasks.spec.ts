import { expect } from 'chai';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { tasks } from '../../src/tasks/tasks.ts';

const url = new URL('./some.ts', import.meta.url);
interface Some {
  double: (n: number) => number;
}

describe('tasks', () => {
  it('names each export as a task of its module', () => {
    const { double } = tasks<Some>(url);
    expect(double).to.deep.equal({ origin: { kind: 'module', url: url.href, name: 'double' }, style: 'item' });
  });

  it('gives the same task each time', () => {
    const some = tasks<Some>(url);
    expect(some.double).to.equal(some.double);
  });

  it('loads nothing', () => {
    expect(tasks<Some>(new URL('file:///not/there.js')).double).to.be.an('object');
  });

  it('takes an absolute path, a file: URL as text, and data: and node: URLs', () => {
    const urlOf = (module: URL | string): unknown => (tasks<Some>(module).double.origin as { url: string }).url;
    expect(urlOf('/some where/a#b.js')).to.equal(pathToFileURL('/some where/a#b.js').href);
    expect(urlOf(url.href)).to.equal(url.href);
    expect(urlOf('FILE:///a.js')).to.equal('file:///a.js');
    expect(urlOf(new URL('data:text/javascript,export{}'))).to.equal('data:text/javascript,export{}');
    expect(urlOf(new URL('node:path'))).to.equal('node:path');
  });

  it('can be awaited, printed and compared', async () => {
    const some = tasks<Some>(url);
    expect(await (some as unknown)).to.equal(some);
    expect(inspect(some)).to.be.a('string');
    expect((some as unknown as Record<symbol, unknown>)[Symbol.iterator]).to.equal(undefined);
    expect(some).to.equal(some);
  });

  it('cannot be changed', () => {
    const some = tasks<Some>(url) as { double: unknown };
    expect(() => {
      some.double = 1;
    }).to.throw(TypeError);
  });

  it('refuses a relative path, and shows what to write', () => {
    for (const [path, written] of [
      ['./x.js', './x.js'],
      ['../x.js', '../x.js'],
      ['x.js', './x.js'],
      ['', './x.js'],
    ] as const)
      expect(() => tasks(path)).to.throw(
        TypeError,
        `module must be an absolute path or a file: URL, not '${path}': for a module beside this one, write new URL('${written}', import.meta.url), in CommonJS require.resolve('${written}')`,
      );
  });

  it('refuses what is elsewhere', () => {
    for (const module of [
      new URL('https://example.org/x.js'),
      new URL('http://example.org/x.js'),
      'https://example.org/x.js',
    ])
      expect(() => tasks(module)).to.throw(TypeError, 'module must be');
  });

  it('says what to write in place of a URL that a bundler has made an address of', () => {
    for (const href of ['/_next/static/media/x.2f7c.js', 'assets/x.js']) {
      const module = Object.create(URL.prototype, { href: { value: href } }) as URL;
      expect(() => tasks(module)).to.throw(
        TypeError,
        `module must be on this machine, not ${href}, which a bundler has put in its place: leave the module out of the ` +
          "bundle, and give its path, join(process.cwd(), 'x.js')",
      );
    }
  });

  it('says what to write in place of a URL that a test runner has made one of its server', () => {
    for (const module of [
      new URL('http://localhost:3000/x.ts'),
      new URL('https://localhost/jobs/x.js'),
      'http://localhost:5173/x.ts',
    ])
      expect(() => tasks(module)).to.throw(
        TypeError,
        `module must be a file, not ${String(module)}, which Vite puts in place of new URL('./x.ts', import.meta.url) where ` +
          "there is a DOM: write import.meta.resolve('./x.ts')",
      );
  });

  it('refuses what is no module at all', () => {
    for (const wrong of [undefined, null, 5, {}])
      expect(() => tasks(wrong as never)).to.throw(TypeError, 'module must be a URL or a string, not');
    expect(() => tasks('file://[')).to.throw(TypeError);
    expect(() => tasks((() => 1) as never, 5 as never)).to.throw(TypeError, 'second argument must be a function');
  });
});
