import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { allParts, bestOf, findWords, wordAt, WORDS } from '../../examples/web/page/findWords.js';
import { allTiles, HEIGHT, pointAt, TILE, WHOLE, WIDTH, zoomed } from '../../examples/web/page/views.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

describe('the server of the example web', function () {
  this.timeout(60_000);
  let server: ChildProcess | undefined;

  const start = (...args: readonly string[]): ChildProcess => {
    const flags = ['--import', './spec/support/register.js', 'examples/web/main.ts'];
    server = spawn(process.execPath, [...flags, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    return server;
  };
  afterEach(() => {
    server?.kill('SIGKILL');
  });

  it('prints its URL, gives the page with all that it imports, and nothing else, and ends by Ctrl-C', async () => {
    const { stdout, stderr } = start('--port', '0');
    const errors = text(stderr ?? expect.fail());
    const [line] = (await once(createInterface({ input: stdout ?? expect.fail() }), 'line')) as [string];
    const [, url = ''] = /^open (http:\/\/localhost:\d+\/) in a browser; Ctrl-C ends it$/.exec(line) ?? [];

    const page = await fetch(url);
    expect(page.headers.get('content-type')).to.equal('text/html; charset=utf-8');
    expect(await page.text()).to.include('importmap');
    for (const path of ['main.js', 'style.css', 'rxjs.js', 'rxjs-parallel/index.js'])
      expect((await fetch(url + path)).status, path).to.equal(200);
    for (const path of ['none.js', 'serve.ts', 'page/main.js', '..%2fserve.js', 'rxjs-parallel/..%2findex.js'])
      expect((await fetch(url + path)).status, path).to.equal(404);

    server?.kill('SIGINT');
    expect(await once(server ?? expect.fail(), 'close')).to.deep.equal([0, null]);
    expect(await errors).to.equal('');
  });

  it('names a port that is taken', async () => {
    const other = createServer().listen(0, 'localhost');
    await once(other, 'listening');
    const port = String((other.address() as AddressInfo).port);
    const child = start('--port', port);
    const errors = text(child.stderr ?? expect.fail());
    expect(await once(child, 'close')).to.deep.equal([1, null]);
    expect(await errors).to.equal(`port ${port} is taken: give another one by --port, or 0 for a free one\n`);
    other.close();
  });
});

describe('the tasks of the example web', () => {
  it('cut the picture into tiles that cover it once', () => {
    const tiles = allTiles();
    expect(new Set(tiles.map(({ left, top }) => `${String(left)} ${String(top)}`)).size).to.equal(tiles.length);
    expect(tiles.length * TILE ** 2).to.equal(WIDTH * HEIGHT);
  });

  it('keep a point at its place while they zoom', () => {
    const point = pointAt(WHOLE, 100, 200);
    const view = zoomed(zoomed(WHOLE, 1 / 2, point), 1 / 2);
    expect(pointAt(view, 100, 200).x).to.be.closeTo(point.x, 1e-12);
    expect(pointAt(view, 100, 200).y).to.be.closeTo(point.y, 1e-12);
    expect(view.width).to.equal(WHOLE.width / 4);
    expect(zoomed(WHOLE, 2).width).to.equal(WHOLE.width);
  });

  it('make each word once', () => {
    expect(new Set(Array.from({ length: WORDS }, (_, n) => wordAt(n))).size).to.equal(WORDS);
  });

  it('find the words that are closest to the beginning of a text', () => {
    const word = wordAt(150_000);
    const found = (typed: string): readonly { word: string; distance: number }[] =>
      bestOf(allParts().flatMap((first) => findWords(first, typed).result));
    expect(found(word)[0]).to.deep.equal({ word, distance: 0 });
    expect(found(word.slice(0, 4)).every((match) => match.word.startsWith(word.slice(0, 4)))).to.equal(true);
    const typo = `${word.slice(0, 2)}x${word.slice(3)}`;
    expect(found(typo)).to.deep.include({ word, distance: 1 });
  });
});
