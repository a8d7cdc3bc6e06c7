import { expect } from 'chai';
import { EMPTY, NEVER, of, Subject, throwError } from 'rxjs';
import type { Chunk } from '../../../src/flow/schedule/Chunk.ts';
import { Retries } from '../../../src/flow/schedule/Retries.ts';
import type { Settlements } from '../../../src/pools/pool.ts';
import {
  ParallelError,
  TaskCloneError,
  TaskError,
  TaskTimeoutError,
  WorkerCrashError,
} from '../../../src/tasks/errors/errors.ts';
import { record } from '../../support/record.ts';

const chunk: Chunk<string> = { first: 10, items: ['a', 'b', 'c', 'd', 'e', 'f'], attempt: 1, crashes: 0 };
const bad = new TaskError('bad', { index: 11 });
const late = new TaskTimeoutError('late');
const dead = new WorkerCrashError('dead');
const unsendable = new TaskCloneError('unsendable');

/** Retries that try each item once more, and what is due, in brief. */
function retries(plan: Partial<ConstructorParameters<typeof Retries>[0]> = {}): {
  readonly tried: Retries<string>;
  readonly retried: string[];
  readonly failed: () => number;
  readonly take: (
    message: Settlements<string>,
    from?: Partial<Chunk<string>>,
    yielded?: number,
  ) => readonly Settlements<string>[];
} {
  let failed = 0;
  const tried = new Retries<string>({ retry: { count: 1, delay$: () => of(0) }, crashRetries: 1, ...plan }, (count) => {
    failed += count;
  });
  const due: string[] = [];
  tried.retry$.subscribe((chunks) => {
    const inBrief = chunks.map(({ first, items, attempt, crashes, failed: error }) =>
      [first, items.join(), attempt, crashes, ...(error === undefined ? [] : [error.message])].join(' '),
    );
    due.push(inBrief.join(', '));
  });
  return {
    tried,
    retried: due,
    failed: () => failed,
    take: (message, from = {}, yielded) => tried.take(message, { ...chunk, ...from }, yielded, NEVER),
  };
}

describe('Retries', () => {
  it('leave a message as it is where nothing is tried again', () => {
    const { take, retried: due, failed } = retries();
    for (const message of [
      { from: 1, values: ['B', 'C'] },
      { from: 0, values: ['A', ''], errors: [[1, unsendable]], tookMs: 5 },
      { from: 0, values: [], yields: { values: ['x'], ended: false } },
    ] as const)
      expect(take(message)).to.deep.equal([message]);
    expect(due).to.deep.equal([]);
    expect(failed()).to.equal(0);
  });

  it('cut a message at the items that are tried again, with what else has failed in its place', () => {
    const { take, retried: due, failed } = retries();
    const left = take({
      from: 1,
      values: ['B', '', 'D', '', 'F'],
      errors: [
        [1, bad],
        [3, unsendable],
        [4, dead],
      ],
    });

    expect(left).to.deep.equal([
      { from: 1, values: ['B'] },
      { from: 3, values: ['D', ''], errors: [[1, unsendable]] },
    ]);
    expect(due).to.deep.equal(['12 c 2 0', '15 f 2 1']);
    expect(failed()).to.equal(2);
  });

  it('keep errors on each side with their part', () => {
    const { take } = retries();
    const left = take({
      from: 0,
      values: ['', 'B', '', 'D', ''],
      errors: [
        [0, unsendable],
        [2, bad],
        [4, unsendable],
      ],
    });

    expect(left).to.deep.equal([
      { from: 0, values: ['', 'B'], errors: [[0, unsendable]] },
      { from: 3, values: ['D', ''], errors: [[1, unsendable]] },
    ]);
  });

  it('leave of a message of items that are all tried again how long their job took', () => {
    const { take, retried: due } = retries();
    const left = take({
      from: 2,
      values: ['', ''],
      errors: [
        [0, bad],
        [1, late],
      ],
      tookMs: 7,
    });

    expect(left).to.deep.equal([{ from: 4, values: [], tookMs: 7 }]);
    expect(due).to.deep.equal(['12 c 2 0']);
  });

  it('keep what a generator has yielded after them', () => {
    const { take, retried: due } = retries();
    const yields = { values: ['x', 'y'], ended: true };
    const left = take({ from: 1, values: ['B', ''], errors: [[1, bad]], yields, tookMs: 7 });

    expect(left).to.deep.equal([
      { from: 1, values: ['B'] },
      { from: 3, values: [], yields, tookMs: 7 },
    ]);
    expect(due).to.deep.equal(['12 c 2 0']);
  });

  it('never try an item again that has yielded', () => {
    const { take, retried: due } = retries();
    const message = { from: 1, values: ['', ''], errors: [[1, bad] as const] };

    expect(take(message, {}, 2)).to.deep.equal([message]);
    expect(take(message, {}, 0)).to.deep.equal([{ from: 1, values: [''] }]);
    expect(due).to.deep.equal(['12 c 2 0']);
  });

  it('count crashes by themselves, and all else by the tries that were no crash', () => {
    const { take, retried: due } = retries();
    const failing = (error: ParallelError): Settlements<string> => ({ from: 0, values: [''], errors: [[0, error]] });

    for (const [error, from, again] of [
      [bad, { attempt: 1, crashes: 0 }, '10 a 2 0'],
      [bad, { attempt: 2, crashes: 1 }, '10 a 3 1'],
      [bad, { attempt: 2, crashes: 0 }, undefined],
      [bad, { attempt: 3, crashes: 1 }, undefined],
      [dead, { attempt: 1, crashes: 0 }, '10 a 2 1'],
      [dead, { attempt: 2, crashes: 0 }, '10 a 3 1'],
      [dead, { attempt: 2, crashes: 1 }, undefined],
      [new ParallelError('other'), { attempt: 1, crashes: 0 }, undefined],
    ] as const) {
      due.length = 0;
      expect(take(failing(error), from)).to.have.length(again === undefined ? 1 : 0);
      expect(due).to.deep.equal(again === undefined ? [] : [again]);
    }
  });

  it('ask retry, not for crashes, which try it was that failed', () => {
    const asked: unknown[] = [];
    const due$ = (error: ParallelError, attempt: number): Subject<unknown> => {
      asked.push([error.message, attempt]);
      return new Subject();
    };
    const { take } = retries({ retry: { count: 5, delay$: due$ }, crashRetries: 9 });
    take({ from: 0, values: [''], errors: [[0, bad]] }, { attempt: 4, crashes: 1 });
    take({ from: 0, values: [''], errors: [[0, dead]] }, { attempt: 4, crashes: 1 });

    expect(asked).to.deep.equal([['bad', 3]]);
  });

  it('let what is late wait for its worker', () => {
    const over$ = new Subject<unknown>();
    const { tried, retried: due } = retries();
    tried.take({ from: 0, values: ['', ''], errors: [[0, late]] }, chunk, undefined, over$);
    tried.take({ from: 2, values: [''], errors: [[0, bad]] }, chunk, undefined, over$);
    expect(due).to.deep.equal(['12 c 2 0']);
    over$.next(0);
    expect(due).to.deep.equal(['12 c 2 0', '10 a 2 0']);
  });

  it('are possible with retry, or where a crash is forgiven', () => {
    expect(retries().tried.possible).to.equal(true);
    expect(retries({ retry: undefined }).tried.possible).to.equal(true);
    expect(retries({ crashRetries: 0 }).tried.possible).to.equal(true);
    expect(retries({ retry: undefined, crashRetries: 0 }).tried.possible).to.equal(false);
  });

  it('only forgive crashes without retry', () => {
    const { take, retried: due } = retries({ retry: undefined });
    const message = { from: 0, values: ['', ''], errors: [[0, bad] as const] };

    expect(take(message)).to.deep.equal([message]);
    expect(take({ ...message, errors: [[1, dead]] })).to.deep.equal([{ from: 0, values: [''] }]);
    expect(due).to.deep.equal(['11 b 2 1']);
  });

  it('of one message have one delay where it is the same for all, but not those of a crash or a timeout', () => {
    const asked: unknown[] = [];
    const again$ = new Subject();
    const delay$ = (error: ParallelError, attempt: number): Subject<unknown> => {
      asked.push([error.message, attempt]);
      return again$;
    };
    const { take, retried: due, failed } = retries({ retry: { count: 1, delay$, isSameForAll: true } });
    const errors = [bad, dead, bad, late, bad].map((error, at) => [at, error] as const);
    expect(take({ from: 0, values: ['', '', '', '', ''], errors })).to.deep.equal([]);
    expect(failed()).to.equal(5);
    expect(due).to.deep.equal(['11 b 2 1']);
    expect(asked).to.deep.equal([
      ['bad', 1],
      ['late', 1],
    ]);
    again$.next(0);
    expect(due).to.deep.equal(['11 b 2 1', '10 a 2 0, 12 c 2 0, 14 e 2 0']);
  });

  it('finally fail together, each with its own error, where their delay ends without a value or fails', () => {
    const errors = [
      [0, bad],
      [1, new TaskError('worse', { index: 12 })],
    ] as const;
    for (const [delay$, said] of [
      [() => EMPTY, ['bad', 'worse']],
      [
        () => throwError(() => new Error('enough')),
        ['retry.delay failed on item 11: enough', 'retry.delay failed on item 12: enough'],
      ],
    ] as const) {
      const { take, retried: due } = retries({ retry: { count: 1, delay$, isSameForAll: true } });
      take({ from: 1, values: ['', ''], errors });
      expect(due).to.deep.equal([`11 b 1 0 ${said[0]}, 12 c 1 0 ${said[1]}`]);
    }
  });

  it('complete what is due when nothing will fail any more', () => {
    const { tried } = retries();
    const due = record(tried.retry$);
    tried.end();

    expect(due.completions).to.equal(1);
  });
});
