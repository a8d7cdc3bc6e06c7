import { expect } from 'chai';
import { asyncScheduler, finalize, firstValueFrom, lastValueFrom, Observable, of, Subject, timer } from 'rxjs';
import { bgTask } from '../../src/operators/bgTask.ts';
import { parallel } from '../../src/operators/parallel.ts';
import { parallelGen } from '../../src/operators/parallelGen.ts';
import { parallelIterable } from '../../src/operators/parallelIterable.ts';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { runProcs$ } from '../../src/operators/own-worker/runProcs.ts';
import { startProc$ } from '../../src/operators/own-worker/startProc.ts';
import { startThread$ } from '../../src/operators/own-worker/startThread.ts';
import { threaded$ } from '../../src/operators/own-worker/threaded.ts';
import { LocalPool } from '../../src/pools/local/LocalPool.ts';
import { ThreadPool } from '../../src/pools/workers/node/ThreadPool.ts';
import { storeContexts, Witness } from '../support/Contexts.ts';

const contexts = storeContexts();
const double = (n: number): number => 2 * n;
const doubles = function* (batch: readonly number[]): Generator<number> {
  for (const n of batch) yield 2 * n;
};

/** Emits from elsewhere, and is seen when it is subscribed to and left. */
function arriving(witness: Witness): Observable<number> {
  return new Observable((subscriber) => {
    witness.see('source subscribed');
    contexts.run('elsewhere', () =>
      asyncScheduler.schedule(() => {
        subscriber.next(1);
        subscriber.next(2);
        subscriber.complete();
      }),
    );
    return () => {
      witness.see('source left');
    };
  });
}

/** Subscribes in the context of a name, and notes where it is called. */
function follow(name: string, open: (witness: Witness) => Observable<unknown>): Promise<readonly [string, Witness]> {
  const witness = new Witness(contexts);
  return new Promise((resolve) => {
    contexts.run(name, () =>
      open(witness).subscribe({
        next: () => {
          witness.see('next');
        },
        error: () => {
          witness.see('error');
          resolve([name, witness]);
        },
        complete: () => {
          witness.see('complete');
          resolve([name, witness]);
        },
      }),
    );
  });
}

const operators: Readonly<Record<string, (witness: Witness) => Observable<unknown>>> = {
  parallelMap: (witness) => arriving(witness).pipe(parallelMap(double)),
  parallelGen: (witness) => arriving(witness).pipe(parallelGen(doubles, { workers: 1 })),
  runProcs$: (witness) => runProcs$(double, arriving(witness)),
  threaded$: () => threaded$(double)(1),
  'threaded$ in a process': () => threaded$(double, { process: true })(1),
  startThread$: () => startThread$(double, 1),
  startProc$: () => startProc$(double, 1),
  bgTask: (witness) => bgTask(arriving(witness)),
};

describe('runs everything it calls in the async context of its subscription', () => {
  for (const [name, open] of Object.entries(operators))
    it(name, async () => {
      const runs = [...(await Promise.all(['A', 'B'].map((run) => follow(run, open)))), await follow('C', open)];
      for (const [run, { sightings }] of runs) {
        expect(sightings).to.include.keys('next', 'complete');
        expect(Object.values(sightings).flat(), JSON.stringify(sightings)).to.satisfy((seen: readonly string[]) =>
          seen.every((context) => context === run),
        );
      }
    }).timeout(60_000);

  it('of each of its subscribers, where it has started by itself', async () => {
    const source$ = new Subject<number>();
    const started = contexts.run('starter', () => bgTask(source$));
    const early = ['A', 'B'].map((run) => follow(run, () => started));
    contexts.run('elsewhere', () => {
      source$.next(1);
      source$.complete();
    });
    for (const [run, { sightings }] of [...(await Promise.all(early)), await follow('late', () => started)])
      expect(sightings).to.deep.equal({ next: [run], complete: [run] });
  });

  it('also where it tells of a failure, or is cancelled', async () => {
    const witness = new Witness(contexts);
    const failing$ = new Subject<number>();
    const onError = (): void => {
      witness.see('onError');
    };
    void contexts.run('A', () => bgTask(failing$, onError));
    const left = contexts.run('A', () => bgTask(arriving(witness)));
    contexts.run('elsewhere', () => {
      failing$.error(new Error('no'));
      left.cancel();
    });
    await firstValueFrom(timer(0));
    expect(witness.sightings).to.deep.equal({ onError: ['A'], 'source subscribed': ['A'], 'source left': ['A'] });
  });

  for (const sends of [false, true])
    it(`parallelIterable, whoever calls next: ${sends ? 'threads' : 'this thread'}`, async () => {
      await using pool = sends ? new ThreadPool({ workers: 1 }) : new LocalPool();
      const witness = new Witness(contexts);
      const items = {
        *[Symbol.iterator](): Generator<number> {
          try {
            for (let n = 0; ; n += 1) {
              witness.see('pulled');
              yield n;
            }
          } finally {
            witness.see('left');
          }
        },
      };
      const steps = parallelIterable(double, items, {
        pool,
        bufferSize: 1,
        progress: () => {
          witness.see('progress');
        },
      });
      await contexts.run('A', () => steps.next());
      for (const other of ['B', 'C', 'D']) await contexts.run(other, () => steps.next());
      await contexts.run('elsewhere', () => steps.return?.());
      expect(witness.sightings).to.deep.equal({ pulled: ['A'], progress: ['A'], left: ['A'] });
    });

  it('where it pushes into its own source from another context', async () => {
    const witness = new Witness(contexts);
    const source$ = new Subject<number>();
    const seen = (n: number): number => {
      witness.see('task');
      return n;
    };
    await contexts.run('A', () => {
      const all$ = source$.pipe(
        parallelMap(seen, { pool: 'local', workers: 2 }),
        finalize(() => {
          witness.see('finalize');
        }),
      );
      const ended = new Promise<void>((resolve) => {
        all$.subscribe({
          next: ([, n]) => {
            witness.see('next');
            contexts.run('elsewhere', () => {
              if (n < 3) source$.next(n + 1);
              else source$.complete();
            });
          },
          complete: resolve,
        });
      });
      source$.next(0);
      return ended;
    });
    expect(witness.sightings).to.deep.equal({ task: ['A'], next: ['A'], finalize: ['A'] });
  });

  it('where its pool is given up by a run in another context, while that calls', async () => {
    const pool = new LocalPool();
    const witness = new Witness(contexts);
    const gate$ = new Subject<void>();
    const held = contexts.run('A', () =>
      lastValueFrom(of(0).pipe(parallelMap(() => firstValueFrom(gate$, { defaultValue: 0 }), { pool }))),
    );
    const waiting = contexts.run('B', () =>
      parallel(
        (n: number) => {
          witness.see('task');
          return n;
        },
        [1, 2],
        { pool },
      ),
    );
    contexts.run('elsewhere', () => {
      gate$.complete();
    });
    await Promise.all([held, waiting]);
    expect(witness.sightings).to.deep.equal({ task: ['B'] });
  });
});
