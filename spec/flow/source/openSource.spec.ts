import { PassThrough, Readable, type ReadableOptions } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { config as rxjs, EMPTY, of, Subject, throwError, type InteropObservable } from 'rxjs';
import { checkItems } from '../../../src/flow/source/checkItems.ts';
import type { Items } from '../../../src/flow/source/Items.ts';
import { openSource } from '../../../src/flow/source/openSource.ts';
import { sizeOf } from '../../../src/flow/source/sizeOf.ts';
import type { Source } from '../../../src/flow/source/Source.ts';
import { parallelMap } from '../../../src/operators/parallelMap.ts';
import { parallel$ } from '../../../src/operators/parallelObservable.ts';
import { Naturals } from '../../support/Naturals.ts';
import { record, type Recording } from '../../support/record.ts';
import { until } from '../../support/until.ts';

/** There is always room. */
const ROOM = { hasCapacity: () => true, freed$: EMPTY };

const open = <In>(items: Items<In>): Source<In> => openSource(items, ROOM);

/** A source that reads. */
const opened = <In>(items: Items<In>): { readonly source: Source<In>; readonly arrivals: Recording<unknown> } => {
  const source = open(items);
  return { source, arrivals: record(source.arrivals$) };
};

/** An iterator that does what it is told, and notes what is asked of it. */
class Scripted<In> implements AsyncIterable<In>, AsyncIterator<In> {
  readonly log: string[] = [];
  private readonly step: () => Promise<IteratorResult<In>>;
  private readonly end: () => Promise<IteratorResult<In>>;

  constructor(step: () => Promise<IteratorResult<In>>, end: () => Promise<IteratorResult<In>>) {
    this.step = step;
    this.end = end;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<In>> {
    this.log.push('next');
    return this.step();
  }

  return(): Promise<IteratorResult<In>> {
    this.log.push('return');
    return this.end();
  }
}

const never = new Promise<never>(() => undefined);
const done = (): Promise<IteratorResult<never>> => Promise.resolve({ done: true, value: undefined });

/** The errors that RxJS reports while a function runs. */
async function reportedDuring(act: () => unknown): Promise<readonly unknown[]> {
  const reported: unknown[] = [];
  rxjs.onUnhandledError = (error: unknown) => reported.push(error);
  try {
    await act();
    await turn();
    await new Promise((resolve) => setTimeout(resolve));
    return reported;
  } finally {
    rxjs.onUnhandledError = null;
  }
}

describe('openSource', () => {
  describe('of an array', () => {
    it('hands out its items, and knows how many are left', () => {
      const source = open(['a', 'b', 'c']);

      expect(source).to.include({ waiting: 3, isDone: false, isPulled: true });
      expect(source.take(2)).to.deep.equal(['a', 'b']);
      expect(source).to.include({ waiting: 1, isDone: false });
      expect(source.take(2)).to.deep.equal(['c']);
      expect(source).to.include({ waiting: 0, isDone: true });
      expect(source.take(2)).to.deep.equal([]);
    });

    it('takes a hole for undefined, as iteration does', () => {
      const holes = ['a', , 'c'];
      const taken = open(holes).take(3);

      expect(Object.keys(taken)).to.deep.equal(['0', '1', '2']);
      expect(record(parallel$((x) => x ?? 'nothing', holes, { pool: 'local', chunkSize: 3 })).values).to.deep.equal([
        [0, 'a'],
        [1, 'nothing'],
        [2, 'c'],
      ]);
    });

    it('sees what is added while it is read', () => {
      const items = ['a'];
      const source = open(items);

      source.take(1);
      items.push('b');
      expect(source).to.include({ waiting: 1, isDone: false });
      expect(source.take(1)).to.deep.equal(['b']);
    });
  });

  describe('of a typed array', () => {
    const typed = {
      Float64Array: new Float64Array([1.5, -0, NaN, 4]),
      Uint8Array: new Uint8Array([1, 2, 255, 4]),
      Buffer: Buffer.from([1, 2, 255, 4]),
      'Int16Array, of a part of its buffer': new Int16Array(new Int16Array([9, 1, -2, 3, 4, 9]).buffer, 2, 4),
      BigInt64Array: new BigInt64Array([1n, -2n, 3n, 4n]),
    };
    for (const [name, items] of Object.entries(typed))
      it(`hands out what its iterator gives, in arrays, and knows how many are left (${name})`, () => {
        const source = open<unknown>(items);

        expect(source).to.include({ waiting: 4, isDone: false, isPulled: true });
        const taken = [source.take(3), source.take(3)];
        expect(taken).to.deep.equal([[...items].slice(0, 3), [...items].slice(3)]);
        expect(taken.every(Array.isArray)).to.equal(true);
        expect(source).to.include({ waiting: 0, isDone: true });
        expect(source.take(1)).to.deep.equal([]);
      });

    it('is done at once if it is empty, which it is when it is asked for', () => {
      const source = open(new Float64Array());
      expect(source).to.include({ waiting: 0, isDone: false });
      expect(source.take(1)).to.deep.equal([]);
      expect(source.isDone).to.equal(true);
    });

    it('sees what is written while it is read, and nothing once it is left', () => {
      const items = new Float64Array(3);
      const source = open(items);
      source.take(1);
      items[1] = 5;
      expect(source.take(1)).to.deep.equal([5]);
      source.close();
      expect(source.take(1)).to.deep.equal([]);
      expect(source.isDone).to.equal(true);
    });

    it('throws as its iterator does if its buffer has been detached', () => {
      for (const count of [0, 1]) {
        const items = new Float64Array([1, 2, 3]);
        const source = open(items);
        if (count > 0) source.take(count);
        structuredClone(items.buffer, { transfer: [items.buffer] });
        expect(source).to.include({ waiting: 0, isDone: false });
        expect(() => source.take(1)).to.throw(TypeError, 'detached');
        expect(source.isDone).to.equal(true);
      }
    });

    it('is read by an iterator of its own, if it has one', () => {
      const items = Object.assign(new Float64Array(3), { [Symbol.iterator]: () => [7, 8].values() });
      const source = open<number>(items);
      expect(source.take(9)).to.deep.equal([7, 8]);
    });
  });

  describe('of an iterable', () => {
    it('pulls as many items as are asked for, and no more', () => {
      const naturals = new Naturals();
      const source = open(naturals);

      expect(source).to.include({ waiting: undefined, isDone: false, isPulled: true });
      expect(naturals.reads).to.equal(0);
      expect(source.take(3)).to.deep.equal([0, 1, 2]);
      expect(naturals.reads).to.equal(3);
    });

    it('is done when it has said so, which is when more is asked for', () => {
      const source = open(new Set(['a']));

      expect(source.take(1)).to.deep.equal(['a']);
      expect(source.isDone).to.equal(false);
      expect(source.take(1)).to.deep.equal([]);
      expect(source.isDone).to.equal(true);
    });

    it('runs its finally once when it is left, and not at all when it has ended', () => {
      const naturals = new Naturals();
      const source = open(naturals);
      source.take(1);
      source.close();
      source.close();
      expect(naturals.ends).to.equal(1);
      expect(source.take(1)).to.deep.equal([]);

      let returns = 0;
      const short = open({
        [Symbol.iterator]: () => ({
          next: () => ({ done: true, value: undefined }),
          return: () => {
            returns += 1;
            return { done: true, value: undefined };
          },
        }),
      });
      short.take(1);
      short.close();
      expect(returns).to.equal(0);
    });

    it('is left also where nothing was taken of it', () => {
      let returns = 0;
      const source = open({
        [Symbol.iterator]: () => ({
          next: () => ({ done: false, value: 1 }),
          return: () => {
            returns += 1;
            return { done: true, value: undefined };
          },
        }),
      });
      source.close();
      source.close();
      expect(returns).to.equal(1);
    });

    it('throws what it throws, and does not return it then', () => {
      let returns = 0;
      let reads = 0;
      const source = open({
        [Symbol.iterator]: () => ({
          next: (): IteratorResult<string> => {
            reads += 1;
            throw new Error('broken');
          },
          return: () => {
            returns += 1;
            return { done: true, value: undefined };
          },
        }),
      });

      expect(() => source.take(1)).to.throw('broken');
      expect(source.isDone).to.equal(true);
      expect(source.take(1)).to.deep.equal([]);
      expect(reads).to.equal(1);
      source.close();
      expect(returns).to.equal(0);
    });

    it('that throws in the middle of a chunk loses none of the items before', () => {
      const failing = function* (): Generator<number> {
        yield 1;
        yield 2;
        throw new Error('broken');
      };
      const source = open(failing());

      expect(source.take(3)).to.deep.equal([1, 2]);
      expect(source.isDone).to.equal(false);
      expect(() => source.take(3)).to.throw('broken');
      for (const chunkSize of [1, 2, 3, 9]) {
        const { values, errors } = record(parallel$((n) => n, failing(), { pool: 'local', chunkSize }));
        expect(values).to.deep.equal([
          [0, 1],
          [1, 2],
        ]);
        expect(errors.map(String)).to.deep.equal(['Error: broken']);
      }
    });

    it('whose steps are no objects is an error of the run, and not endless', () => {
      let returns = 0;
      const broken = {
        [Symbol.iterator]: () => ({
          next: () => 5,
          return: () => {
            returns += 1;
            return { done: true, value: undefined };
          },
        }),
      } as never;

      expect(record(parallel$((n) => n, broken, { workers: 0 })).errors.map(String)).to.deep.equal([
        'TypeError: iterator result 5 is not an object',
      ]);
      expect(returns).to.equal(0);
    });

    it('that cannot be opened is an error of the run', () => {
      const broken = {
        [Symbol.iterator]: (): Iterator<number> => {
          throw new Error('not now');
        },
      };

      expect(record(parallel$((n) => n, broken, { pool: 'local' })).errors.map(String)).to.deep.equal([
        'Error: not now',
      ]);
    });

    it('that throws when it is left is reported, since nobody listens any more', async () => {
      const reported = await reportedDuring(() => {
        const source = open({
          [Symbol.iterator]: () => ({
            next: () => ({ done: false, value: 1 }),
            return: () => {
              throw new Error('not now');
            },
          }),
        });
        source.take(1);
        source.close();
      });

      expect(reported.map(String)).to.deep.equal(['Error: not now']);
    });

    it('that ends the run itself while it is asked is left afterwards', async () => {
      const controller = new AbortController();
      let ended = false;
      const items = (function* () {
        try {
          yield 1;
          controller.abort('enough');
          yield 2;
          yield 3;
        } finally {
          ended = true;
        }
      })();
      const reported = await reportedDuring(() => {
        const run = record(parallel$((n) => n, items, { pool: 'local', signal: controller.signal, chunkSize: 1 }));

        expect(run).to.deep.include({ values: [[0, 1]], errors: ['enough'] });
        expect(ended).to.equal(true);
      });

      expect(reported).to.deep.equal([]);
    });
  });

  describe('of an async iterable', () => {
    it('reads ahead, one by one, as far as there is room', async () => {
      const naturals = new Naturals();
      const freed$ = new Subject<void>();
      let room = 2;
      const source = openSource(naturals.later, { ...ROOM, hasCapacity: () => naturals.reads < room, freed$ });
      const { subscription } = record(source.arrivals$);

      await turn();
      expect(source).to.include({ waiting: 2, isDone: false, isPulled: true });
      expect(naturals.reads).to.equal(2);
      freed$.next();
      await turn();
      expect(naturals.reads).to.equal(2);
      room = 3;
      freed$.next();
      await turn();
      expect(naturals.reads).to.equal(3);
      expect(source.take(5)).to.deep.equal([0, 1, 2]);
      subscription.unsubscribe();
      source.close();
      await turn();
      expect(naturals).to.include({ reads: 3, ends: 1 });
    });

    it('is done when it has ended and all is taken', async () => {
      const { source, arrivals } = opened(
        (async function* () {
          yield await Promise.resolve('a');
        })(),
      );

      await turn();
      expect(arrivals.completions).to.equal(1);
      expect(source.isDone).to.equal(false);
      expect(source.take(2)).to.deep.equal(['a']);
      expect(source.isDone).to.equal(true);
    });

    it('returns it once when it is left, and not when it has ended or failed', async () => {
      const open = new Scripted(() => Promise.resolve({ done: false, value: 1 }), done);
      const left = opened(open);
      left.arrivals.subscription.unsubscribe();
      left.source.close();
      left.source.close();
      expect(open.log).to.deep.equal(['next', 'return']);

      for (const script of [done, () => Promise.reject(new Error('broken'))]) {
        const ended = new Scripted(script, done);
        const { source, arrivals } = opened(ended);
        await turn();
        expect(arrivals.completions + arrivals.errors.length).to.equal(1);
        source.close();
        expect(ended.log).to.deep.equal(['next']);
      }
    });

    it('whose steps are no objects fails, is not endless, and is not returned', async () => {
      for (const step of [5, Promise.resolve(5)]) {
        const log: string[] = [];
        const broken = {
          [Symbol.asyncIterator]: () => ({ next: () => step, return: () => log.push('return') }),
        } as never;
        const { source, arrivals } = opened(broken);

        await turn();
        expect(arrivals.errors.map(String)).to.deep.equal(['TypeError: iterator result 5 is not an object']);
        source.close();
        expect(log).to.deep.equal([]);
      }
    });

    it('is left at once while an item is awaited', () => {
      const pending = new Scripted(() => never, done);
      const { source, arrivals } = opened(pending);

      arrivals.subscription.unsubscribe();
      source.close();
      expect(pending.log).to.deep.equal(['next', 'return']);
    });

    it('that fails when it is left is reported, however it fails', async () => {
      const fail = (): never => {
        throw new Error('not now');
      };
      const ends = [fail, () => Promise.reject(new Error('not now'))];
      const reported = await reportedDuring(() => {
        for (const end of ends) {
          const { source, arrivals } = opened(new Scripted(() => never, end));
          arrivals.subscription.unsubscribe();
          source.close();
        }
      });

      expect(reported.map(String)).to.deep.equal(['Error: not now', 'Error: not now']);
    });

    it('is asked for one item at a time, also when room becomes free meanwhile, and two sources at once', async () => {
      const freed$ = new Subject<void>();
      const both = [0, 1].map(() => {
        const answers: ((step: IteratorResult<number>) => void)[] = [];
        const iterator = new Scripted<number>(() => new Promise((resolve) => answers.push(resolve)), done);
        const source = openSource(iterator, { ...ROOM, freed$ });
        return { answers, source, arrivals: record(source.arrivals$) };
      });
      for (let n = 0; n < 3; n += 1) {
        freed$.next();
        await turn();
        for (const { answers } of both) {
          expect(answers).to.have.length(n + 1);
          answers[n]?.({ done: false, value: n });
          expect(answers).to.have.length(n + 1);
        }
        await turn();
      }
      for (const { answers, source, arrivals } of both) {
        answers[3]?.({ done: true, value: undefined });
        await turn();
        freed$.next();
        expect(answers).to.have.length(4);
        expect(arrivals.completions).to.equal(1);
        expect(source.take(9)).to.deep.equal([0, 1, 2]);
      }
    });

    it('is asked for nothing, and drops what it answers, after it is left', async () => {
      for (const answer of [
        () => Promise.resolve({ done: false, value: 1 }),
        () => Promise.reject(new Error('too late')),
      ] as const) {
        const freed$ = new Subject<void>();
        let ask = (): void => undefined;
        const asked = new Promise<void>((resolve) => {
          ask = resolve;
        });
        const late = new Scripted<number>(() => asked.then(answer), done);
        const source = openSource(late, { ...ROOM, freed$ });
        const arrivals = record(source.arrivals$);
        arrivals.subscription.unsubscribe();
        ask();
        expect(
          await reportedDuring(() => {
            freed$.next();
          }),
        ).to.deep.equal([]);
        source.close();
        expect(late.log).to.deep.equal(['next', 'return']);
        expect([arrivals.values, arrivals.errors]).to.deep.equal([[], []]);
      }
      const full$ = new Subject<void>();
      const waiting = new Scripted<number>(() => never, done);
      const source = openSource(waiting, { hasCapacity: () => false, freed$: full$ });
      record(source.arrivals$).subscription.unsubscribe();
      expect(full$.observed).to.equal(false);
      source.close();
      expect(waiting.log).to.deep.equal(['return']);
    });

    it('whose `done` or `value` throws fails, and is not returned', async () => {
      for (const key of ['done', 'value']) {
        const step = Object.defineProperty({ done: false, value: 1 }, key, {
          get: () => {
            throw new Error(`no ${key}`);
          },
        });
        const broken = new Scripted<number>(() => Promise.resolve(step), done);
        const { source, arrivals } = opened(broken);
        await turn();
        expect(arrivals.errors.map(String)).to.deep.equal([`Error: no ${key}`]);
        source.close();
        expect(broken.log).to.deep.equal(['next']);
      }
    });

    it('may answer without promises, and have no return', async () => {
      const answers = [{ done: false, value: 1 }, { done: true }];
      const hasty = { [Symbol.asyncIterator]: () => ({ next: () => answers.shift() }) } as never;
      const { source, arrivals } = opened<number>(hasty);

      await turn();
      expect(arrivals).to.deep.include({ errors: [], completions: 1 });
      expect(source.take(5)).to.deep.equal([1]);
      const { source: left, arrivals: reading } = opened({ [Symbol.asyncIterator]: () => ({ next: () => never }) });
      reading.subscription.unsubscribe();
      expect(() => {
        left.close();
      }).not.to.throw();
    });
  });

  describe('of a stream', () => {
    it('of the web reads it, and cancels it when it is left, also while it has nothing to say', async () => {
      for (const chunks of [['a', 'b'], ['a']]) {
        const reasons: unknown[] = [];
        const stream = new ReadableStream<string>({
          start: (controller) => {
            for (const chunk of chunks) controller.enqueue(chunk);
          },
          cancel: (reason) => {
            reasons.push(reason);
          },
        });
        const { source, arrivals } = opened<string>(stream);

        await turn();
        expect(source.take(1)).to.deep.equal(['a']);
        arrivals.subscription.unsubscribe();
        source.close();
        await turn();
        expect(reasons).to.deep.equal([undefined]);
        expect(stream.locked).to.equal(false);
      }
    });

    it('of the web ends with it, or with its error', async () => {
      const ending = new ReadableStream<string>({
        start: (controller) => {
          controller.enqueue('a');
          controller.close();
        },
      });
      const failing = new ReadableStream<string>({
        start: (controller) => {
          controller.error(new Error('broken'));
        },
      });
      const ended = opened<string>(ending);
      const failed = opened<string>(failing);

      await turn();
      expect(ended.source.take(5)).to.deep.equal(['a']);
      expect(ended.arrivals.completions).to.equal(1);
      expect(ending.locked).to.equal(false);
      expect(failed.arrivals.errors.map(String)).to.deep.equal(['Error: broken']);
    });

    it('of Node reads it, and destroys it when it is left, also while it has nothing to say', async () => {
      for (const chunks of [['a', 'b'], ['a']]) {
        const stream = new PassThrough({ objectMode: true });
        for (const chunk of chunks) stream.write(chunk);
        const { source, arrivals } = opened<string>(stream);

        await turn();
        expect(source.take(1)).to.deep.equal(['a']);
        arrivals.subscription.unsubscribe();
        source.close();
        await turn();
        expect(stream.destroyed).to.equal(true);
      }
    });

    it('of Node ends with it, or with its error', async () => {
      const ended = opened<string>(Readable.from(['a', 'b']));
      const failing = new PassThrough();
      const failed = opened<string>(failing);

      failing.destroy(new Error('broken'));
      await turn();
      await turn();
      expect(ended.source.take(5)).to.deep.equal(['a', 'b']);
      expect(ended.arrivals.completions).to.equal(1);
      expect(failed.arrivals.errors.map(String)).to.deep.equal(['Error: broken']);
    });
  });

  describe('of a stream of Node', () => {
    /** A stream that notes each read of its own, and ends after so many items. */
    const counting = (length: number, options: ReadableOptions = {}): { stream: Readable; reads: () => number } => {
      let count = 0;
      const stream = new Readable({
        ...{ objectMode: true, highWaterMark: 1, ...options },
        read() {
          count += 1;
          this.push(count > length ? null : count);
        },
      });
      return { stream, reads: () => count };
    };
    const limited = (stream: Readable, most: number): { source: Source<number>; freed$: Subject<void> } => {
      const freed$ = new Subject<void>();
      const source: Source<number> = openSource<number>(stream, {
        hasCapacity: () => (source.waiting ?? 0) < most,
        freed$,
      });
      return { source, freed$ };
    };

    it('is not read before the arrivals are subscribed to, and then as far as there is capacity', async () => {
      const [one, two] = [counting(50), counting(50)];
      const [first, second] = [limited(one.stream, 3), limited(two.stream, 5)];
      await turn();
      expect([one.reads(), two.reads()]).to.deep.equal([0, 0]);
      record(first.source.arrivals$);
      record(second.source.arrivals$);
      for (let turns = 0; turns < 5; turns += 1) await turn();
      expect([first.source.waiting, second.source.waiting]).to.deep.equal([3, 5]);
      expect(one.reads()).to.be.within(3, 5);
      expect(first.source.take(2)).to.deep.equal([1, 2]);
      first.freed$.next();
      for (let turns = 0; turns < 5; turns += 1) await turn();
      expect([first.source.waiting, second.source.waiting]).to.deep.equal([3, 5]);
      expect(first.source.take(9)).to.deep.equal([3, 4, 5]);
    });

    it('gives all its items in order, also those it held before, and completes once', async () => {
      const buffered = new PassThrough({ objectMode: true });
      for (const n of [1, 2, 3]) buffered.write(n);
      buffered.end();
      await turn();
      for (const stream of [counting(3).stream, buffered, Readable.from([1, 2, 3])]) {
        const { source, arrivals } = opened<number>(stream);
        await until(() => arrivals.completions === 1);
        expect(source.take(9)).to.deep.equal([1, 2, 3]);
        expect(source.isDone).to.equal(true);
        expect(stream.destroyed).to.equal(true);
      }
    });

    it('gives the same bytes as its own iterator, in the same parts', async () => {
      const bytes = (): Readable => Readable.from([Buffer.from('ab'), Buffer.from('c')], { objectMode: false });
      const expected = [];
      for await (const part of bytes()) expected.push(part);
      const { source, arrivals } = opened<unknown>(bytes());
      await until(() => arrivals.completions === 1);
      expect(source.take(9)).to.deep.equal(expected);
    });

    it('that has ended gives none, and one that was destroyed fails', async () => {
      const [ended, destroyed] = [Readable.from([]), counting(5).stream];
      ended.resume();
      destroyed.destroy();
      await until(() => ended.readableEnded && destroyed.closed);
      const [first, second] = [opened(ended), opened(destroyed)];
      await until(() => first.arrivals.completions === 1 && second.arrivals.errors.length === 1);
      expect(first.source.isDone).to.equal(true);
      expect(second.arrivals.errors.map(String)[0]).to.include('Premature close');
    });

    it('is destroyed when it is left, unless it has ended; an error that comes later is no uncaught one', async () => {
      const left = new Readable({
        objectMode: true,
        read: () => undefined,
        destroy: (_error, done) => {
          setImmediate(done, new Error('late'));
        },
      });
      const kept = counting(1, { autoDestroy: false }).stream;
      const [first, second] = [opened(left), opened(kept)];
      await until(() => second.arrivals.completions === 1);
      for (const { source, arrivals } of [first, second]) {
        arrivals.subscription.unsubscribe();
        source.close();
      }
      await until(() => left.closed);
      await turn();
      expect([left.destroyed, kept.destroyed]).to.deep.equal([true, false]);
    });

    it('with an iterator of its own is read by that', async () => {
      const stream = Object.assign(counting(5).stream, {
        [Symbol.asyncIterator]: async function* () {
          yield* await Promise.resolve(['own']);
        },
      });
      const { source, arrivals } = opened(stream);
      await until(() => arrivals.completions === 1);
      expect(source.take(9)).to.deep.equal(['own']);
    });
  });

  describe('of an Observable', () => {
    it('queues what it emits, and is over when it has completed and all is taken', () => {
      const source$ = new Subject<string>();
      const { source, arrivals } = opened(source$);

      expect(source).to.include({ waiting: 0, isDone: false, isPulled: false });
      source$.next('a');
      source$.next('b');
      expect(source.waiting).to.equal(2);
      expect(arrivals.values).to.have.length(2);
      expect(source.take(1)).to.deep.equal(['a']);
      source$.complete();
      expect(source.isDone).to.equal(false);
      expect(source.take(9)).to.deep.equal(['b']);
      expect(source.isDone).to.equal(true);
    });

    it('is subscribed to with the arrivals, and left with them; what was queued is dropped', () => {
      const source$ = new Subject<string>();
      const source = open(source$);

      expect(source$.observed).to.equal(false);
      const { subscription } = record(source.arrivals$);
      source$.next('a');
      subscription.unsubscribe();
      expect(source$.observed).to.equal(false);
      source.close();
      expect(source.take(1)).to.deep.equal([]);
    });

    it('hands on its error', () => {
      expect(opened(throwError(() => new Error('broken'))).arrivals.errors.map(String)).to.deep.equal([
        'Error: broken',
      ]);
    });

    it('may be of another library, or an array whose Symbol.observable counts first', () => {
      const foreign = Object.assign(['not', 'these'], { ['@@observable']: () => of('this') });

      const { source } = opened(foreign as unknown as InteropObservable<string>);
      expect(source.take(9)).to.deep.equal(['this']);
    });

    it('is read by operators, whatever they are given', () => {
      const operator = parallelMap((n: number) => n, { pool: 'local' });

      expect(record(operator([7] as never)).values).to.deep.equal([[0, 7]]);
    });
  });

  it('knows the size of arrays, sets and maps', () => {
    const boxes = { size: 9, [Symbol.iterator]: () => [1].values() };
    const unknown = ['ab', of(1), new Naturals(), boxes];

    expect([['a'], new Set(['a', 'b']), new Map([[1, 2]])].map(sizeOf)).to.deep.equal([1, 2, 1]);
    expect(unknown.map(sizeOf)).to.deep.equal([undefined, undefined, undefined, undefined]);
  });

  it('is refused beforehand for what gives no items', () => {
    for (const [items, shown] of [
      [5, '5'],
      [null, 'null'],
      [undefined, 'undefined'],
      [{}, 'an object of Object'],
      [Promise.resolve([]), 'an object of Promise'],
      [{ length: 2 }, 'an object of Object'],
      [() => [], 'function (anonymous)'],
    ] as const) {
      const message = `items must be iterable, async iterable or an Observable, not ${shown}`;
      expect(() => {
        checkItems(items);
      }).to.throw(TypeError, message);
      expect(() => open(items as never)).to.throw(TypeError, message);
    }
  });
});
