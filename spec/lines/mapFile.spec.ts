import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parallelIterable, ProcessPool, tasks, ThreadPool, type Pool } from '../../src/index.ts';
import { lineBlocks, mapFile, type MapFileConfig } from '../../src/lines.ts';

const lineTasks = tasks<typeof import('../support/lineTasks.ts')>(new URL('../support/lineTasks.ts', import.meta.url));
const { upperCase, without, latin1, wrong, same, copied, failing, telling } = lineTasks;

const failure = (run: Promise<unknown>): Promise<unknown> =>
  run.then(
    () => undefined,
    (error: unknown) => error,
  );

const numbers = Array.from({ length: 2000 }, (_, n) => `line ${String(n)}\n`).join('');

const pools: Record<string, { readonly open: () => Pool | undefined; readonly more?: { readonly workers: 0 } }> = {
  threads: { open: () => new ThreadPool({ workers: 2 }) },
  processes: { open: () => new ProcessPool({ workers: 2 }) },
  'this thread': { open: () => undefined, more: { workers: 0 } },
};

for (const [name, { open, more }] of Object.entries(pools))
  describe(`mapFile on ${name}`, () => {
    let folder: string;
    let from: string;
    let to: string;
    let pool: Pool | undefined;
    let where: Pick<MapFileConfig, 'pool' | 'workers'>;
    before(() => {
      pool = open();
      where = { ...more, ...(pool === undefined ? {} : { pool }) };
    });
    after(() => pool?.close());
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'lines-'));
      from = join(folder, 'from');
      to = join(folder, 'to');
    });
    afterEach(() => {
      rmSync(folder, { recursive: true });
    });
    const written = (): string => readFileSync(to, 'utf8');
    const nothingLeft = (): void => {
      expect(readdirSync(folder).filter((file) => file.startsWith('to'))).to.deep.equal([]);
    };

    it('writes all lines in their order, whatever the size of a block', async () => {
      const text = '\ufeffone\r\n\näöü\nno end';
      writeFileSync(from, text);
      for (let blockSize = 1; blockSize <= text.length + 6; blockSize += 3) {
        await mapFile(upperCase, from, to, { ...where, blockSize });
        expect(written(), String(blockSize)).to.equal('\ufeffONE\r\n\nÄÖÜ\nNO END');
      }
      expect(readdirSync(folder).sort()).to.deep.equal(['from', 'to']);
    });

    it('writes an empty file of an empty file, with a header if there is one', async () => {
      writeFileSync(from, '');
      await mapFile(upperCase, from, to, where);
      expect(written()).to.equal('');
      await mapFile(upperCase, from, to, { ...where, header: 'Ä\n' });
      expect(written()).to.equal('Ä\n');
    });

    it('gives args to the task, leaves lines out, and takes the place of the file that it has read', async () => {
      writeFileSync(from, '#a\nb\n#c\nd');
      await mapFile(without, from, from, { ...where, args: ['#'], blockSize: 3 });
      expect(readFileSync(from, 'utf8')).to.equal('b\nd');
    });

    it('keeps bytes that are not UTF-8 as Latin-1, and refuses them otherwise', async () => {
      writeFileSync(from, Buffer.from([0xff, 10, 0x80, 10]));
      await mapFile(latin1, from, to, where);
      expect([...readFileSync(to)]).to.deep.equal([0xff, 0xe9, 10, 0x80, 0xe9, 10]);
      rmSync(to);
      const error = await failure(mapFile(upperCase, from, to, where));
      expect(String(error)).to.include('bytes 0 to 4 of').and.include('are not UTF-8');
      nothingLeft();
    });

    it('calls onBlock with the rest of each result, in order, and waits for it', async () => {
      writeFileSync(from, numbers);
      const sizes: number[] = [];
      let isWaiting = false;
      await mapFile(same, from, to, {
        ...where,
        blockSize: 1000,
        onBlock: async (rest) => {
          expect([isWaiting, Object.keys(rest)]).to.deep.equal([false, ['size']]);
          isWaiting = true;
          sizes.push(rest.size);
          await new Promise(setImmediate);
          isWaiting = false;
        },
      });
      expect(written()).to.equal(numbers);
      expect(sizes.reduce((sum, size) => sum + size)).to.equal(numbers.length);
      expect(sizes.length).to.equal(Math.ceil(numbers.length / 1000));
    });

    it('maps two files at once, twice, each into its own', async () => {
      writeFileSync(from, numbers);
      writeFileSync(`${from}2`, numbers.toUpperCase());
      for (let round = 0; round < 2; round++) {
        await Promise.all([
          mapFile(copied, from, to, { ...where, blockSize: 500 }),
          mapFile(same, `${from}2`, `${to}2`, { ...where, blockSize: 700 }),
        ]);
        expect(written()).to.equal(numbers);
        expect(readFileSync(`${to}2`, 'utf8')).to.equal(numbers.toUpperCase());
      }
    });

    it('sends the bytes if workers cannot read the file', async () => {
      writeFileSync(from, numbers);
      await mapFile(same, from, to, {
        ...where,
        blockSize: 1000,
        load: true,
        bufferSize: 1,
        // It is open, and has no name any more.
        onBlock: () => {
          rmSync(from, { force: true });
        },
      });
      expect(written()).to.equal(numbers);
    });

    it('fails if the file becomes shorter, or is replaced by another one, and leaves nothing', async () => {
      for (const [change, message] of [
        [
          () => {
            truncateSync(from, 1500);
          },
          'has become shorter since it was cut',
        ],
        [
          () => {
            writeFileSync(`${from}2`, numbers);
            renameSync(`${from}2`, from);
          },
          'has been replaced since it was cut',
        ],
      ] as const) {
        writeFileSync(from, numbers);
        let isChanged = false;
        const run = mapFile(same, from, to, {
          ...where,
          blockSize: 1000,
          bufferSize: 1,
          onBlock: () => {
            if (!isChanged) change();
            isChanged = true;
          },
        });
        expect(String(await failure(run))).to.include(message);
        nothingLeft();
      }
    });

    it('rejects with the reason of the signal, before, half-way and after the last block, and leaves nothing', async () => {
      writeFileSync(from, numbers);
      const reason = new Error('enough');
      const early = mapFile(same, from, to, { ...where, signal: AbortSignal.abort(reason) });
      expect(await failure(early)).to.equal(reason);
      nothingLeft();

      for (const at of [3, numbers.length]) {
        const controller = new AbortController();
        let done = 0;
        const run = mapFile(same, from, to, {
          ...where,
          blockSize: 1000,
          signal: controller.signal,
          onBlock: ({ size }) => {
            done += size;
            if (done >= at) controller.abort(reason);
          },
        });
        expect(await failure(run)).to.equal(reason);
        nothingLeft();
      }
    });

    it('fails if the task fails, gives something else, or onBlock fails, and leaves nothing', async () => {
      writeFileSync(from, 'a!\n');
      const thrown = await failure(mapFile(failing, from, to, { ...where, args: [`${to}-mark`, 'throw'] }));
      expect(String(thrown)).to.include('no');
      rmSync(`${to}-mark`);
      nothingLeft();
      expect(String(await failure(mapFile(wrong, from, to, where)))).to.include('must be a string or undefined, not 1');
      nothingLeft();
      const error = new Error('full');
      const run = mapFile(same, from, to, {
        ...where,
        onBlock: () => {
          throw error;
        },
      });
      expect(await failure(run)).to.equal(error);
      nothingLeft();
    });

    it('fails if the file does not exist, or the folder, or an option is wrong', async () => {
      expect(String(await failure(mapFile(same, from, to, where)))).to.include('ENOENT');
      nothingLeft();
      writeFileSync(from, 'a\n');
      expect(await failure(mapFile(same, from, join(folder, 'none', 'to'), where))).to.have.property('code', 'ENOENT');
      for (const [option, message] of [
        [{ blockSize: 0 }, 'blockSize must be'],
        [{ chunkSize: 0 }, 'chunkSize must be'],
        [{ header: 1 }, 'header must be a string, not 1'],
        [{ onBlock: 1 }, 'onBlock must be a function, not 1'],
        [{ ordered: false }, 'there is no option ordered'],
      ] as const)
        expect(String(await failure(mapFile(same, from, to, { ...where, ...(option as object) })))).to.include(message);
      nothingLeft();
    });

    // Where the system has a device that is always full.
    if (existsSync('/dev/full'))
      it('fails if the disk is full, and leaves nothing', async () => {
        writeFileSync(from, numbers);
        symlinkSync('/dev/full', `${to}.partial`);
        expect(await failure(mapFile(same, from, to, where))).to.have.property('code', 'ENOSPC');
        nothingLeft();
      });

    if (more === undefined) {
      it('maps the block of a worker that died again', async () => {
        writeFileSync(from, numbers.replace('line 1000', 'line !'));
        await mapFile(failing, from, to, { ...where, blockSize: 1000, args: [join(folder, 'mark'), 'exit'] });
        expect(written()).to.equal(readFileSync(from, 'utf8'));
      });

      it('maps a block again that took too long, though its worker still writes', async () => {
        writeFileSync(from, numbers.replace('line 1000', 'line !'));
        await mapFile(failing, from, to, {
          ...where,
          blockSize: 1000,
          args: [join(folder, 'mark'), 'wait'],
          timeout: 2000,
          retry: 1,
        });
        expect(written()).to.equal(readFileSync(from, 'utf8'));
      });
    }

    it('cuts no more blocks than are mapped or wait', async () => {
      writeFileSync(from, numbers);
      const log = join(folder, 'log');
      const begun = (): number => readFileSync(log, 'utf8').split('\n').length - 1;
      let done = 0;
      await mapFile(telling, from, to, {
        ...where,
        blockSize: 1000,
        bufferSize: 3,
        args: [log],
        onBlock: async () => {
          done += 1;
          await new Promise(setImmediate);
          expect(begun()).to.be.at.most(done + 3);
        },
      });
      expect(done).to.equal(begun());
    });

    it('gives no memory to users that is used again: each result of parallelIterable has its own', async () => {
      writeFileSync(from, numbers);
      for (const task of [copied, same]) {
        const buffers = new Set<unknown>();
        const texts: Uint8Array[] = [];
        const blocks = lineBlocks(from, { blockSize: 1000 });
        for await (const [, { text }] of parallelIterable(task as typeof copied, blocks, { ...where, ordered: true })) {
          expect(Object.prototype.toString.call(text.buffer)).to.equal('[object ArrayBuffer]');
          buffers.add(text.buffer);
          texts.push(text);
        }
        expect(buffers.size).to.equal(Math.ceil(numbers.length / 1000));
        expect(Buffer.concat(texts).toString()).to.equal(numbers);
      }
    });
  });
