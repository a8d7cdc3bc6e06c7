import { asyncScheduler, Observable, take, tap, type SchedulerLike, type Subscription } from 'rxjs';
import { currentTask } from '../../src/worker.ts';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { parallel$ } from '../../src/operators/parallelObservable.ts';
import type { ParallelConfig } from '../../src/operators/config/ParallelConfig.ts';
import type { Pool } from '../../src/pools/pool.ts';
import { Witness, type Contexts, type Sightings } from './Contexts.ts';

/** Where runs are exercised, and how. */
export interface Exercise {
  readonly contexts: Contexts;
  readonly pool: Pool | 'thread' | 'process' | 'local';
  /** Whether tasks are called in this thread, where they can be seen. */
  readonly here: boolean;
  /** Whether it waits for promises. */
  readonly promises: boolean;
  /** Of a pool in virtual time. */
  readonly scheduler?: SchedulerLike & { flush(): void };
  /** Closes the pool of some runs. */
  readonly close?: () => Promise<void>;
}

type See = (callback: string) => void;

/** Makes a run that ends by itself or by what is done to it from elsewhere, which it is told by `leave`. */
type Scenario = (exercise: Exercise, see: See, leave: () => void) => Observable<unknown>;

/**
 * Does all that a run can do, thrice: two runs at once, one of which has to wait for the place of the other, and one later.
 *
 * @returns By scenario and run, what was seen of it. The runs are named as their contexts.
 */
export async function exercise(all: Exercise): Promise<Readonly<Record<string, Readonly<Record<string, Sightings>>>>> {
  const seen: Record<string, Record<string, Sightings>> = {};
  for (const [title, scenario] of Object.entries(scenarios)) {
    if ((title === 'closed' && all.close === undefined) || (title === 'read' && !all.promises)) continue;
    const open = (name: string): Promise<readonly [string, Sightings]> => follow(name, scenario, all);
    const first = ['first', 'waiting', 'another'].map(open);
    flush(all);
    if (title === 'closed') await all.contexts.run('elsewhere', () => all.close?.());
    const last = title === 'closed' ? [] : [await Promise.all(first).then(() => open('warm'))];
    seen[title] = Object.fromEntries([...(await Promise.all(first)), ...last]);
  }
  return seen;
}

/** What each run of a scenario calls at least, so that a spec knows that it was seen. */
export function calledBy(scenario: string, { here }: Exercise): readonly string[] {
  return [...(CALLED[scenario] ?? []), ...(here ? (CALLED_HERE[scenario] ?? []) : [])];
}

const CALLED: Readonly<Record<string, readonly string[]>> = {
  retried: [
    'source subscribed',
    'source left',
    'partitionBy',
    'progress',
    'retry.delay',
    'retry.delay left',
    'next',
    'complete',
  ],
  moved: ['iterator.next', 'iterator.return', 'transfer', 'next', 'complete'],
  generated: ['source subscribed', 'source left', 'next', 'complete'],
  left: ['iterator.next', 'iterator.return', 'next'],
  read: ['iterator.next', 'iterator.return', 'next', 'complete'],
  failed: ['source subscribed', 'source left', 'error'],
  aborted: ['source subscribed', 'source left', 'error'],
  closed: ['source subscribed', 'source left', 'error'],
};

const CALLED_HERE: Readonly<Record<string, readonly string[]>> = {
  retried: ['task'],
  moved: ['task'],
  generated: ['task', 'task left'],
  left: ['task'],
  read: ['task'],
};

/** Runs a scenario in the context of a name, to its end. */
async function follow(name: string, scenario: Scenario, all: Exercise): Promise<readonly [string, Sightings]> {
  const witness = new Witness(all.contexts);
  const see: See = (callback) => {
    witness.see(callback);
  };
  await new Promise<void>((resolve) => {
    all.contexts.run(name, () => {
      const run: { subscription?: Subscription } = {};
      const leave = (): void => {
        elsewhere(all, () => {
          run.subscription?.unsubscribe();
          resolve();
        });
      };
      run.subscription = scenario(all, see, leave).subscribe({
        next: () => {
          see('next');
        },
        error: () => {
          see('error');
          resolve();
        },
        complete: () => {
          see('complete');
          resolve();
        },
      });
    });
    if (name === 'warm') flush(all);
  });
  return [name, witness.sightings];
}

/** Lets virtual time go by, by a call from elsewhere. */
function flush({ contexts, scheduler }: Exercise): void {
  if (scheduler !== undefined)
    contexts.run('elsewhere', () => {
      scheduler.flush();
    });
}

/** Makes a call a little later, from elsewhere. */
function elsewhere({ contexts, ...all }: Exercise, call: () => void): void {
  const scheduler: SchedulerLike = all.scheduler ?? asyncScheduler;
  contexts.run('elsewhere', () => scheduler.schedule(call, 1));
}

/** Emits one by one, from elsewhere. */
function arriving<T>(
  items: readonly T[],
  see: See,
  all: Exercise,
  end: 'complete' | 'error' | 'never' = 'complete',
): Observable<T> {
  return new Observable<T>((subscriber) => {
    see('source subscribed');
    const emit = (at: number): void => {
      if (at < items.length) {
        subscriber.next(items[at] as T);
        elsewhere(all, () => {
          emit(at + 1);
        });
      } else if (end === 'error') subscriber.error(new Error('source'));
      else if (end === 'complete') subscriber.complete();
    };
    elsewhere(all, () => {
      emit(0);
    });
    return () => {
      see('source left');
    };
  });
}

/** Endless, pulled. */
function pulled<T>(item: (n: number) => T, see: See): Iterable<T> {
  let n = 0;
  return {
    [Symbol.iterator]: () => ({
      next: () => {
        see('iterator.next');
        return { done: false, value: item(n++) };
      },
      return: () => {
        see('iterator.return');
        return { done: true, value: undefined };
      },
    }),
  };
}

/** Endless, read. */
function read(see: See, all: Exercise): AsyncIterable<number> {
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        see('iterator.next');
        return new Promise((resolve) => {
          elsewhere(all, () => {
            resolve({ done: false, value: 0 });
          });
        });
      },
      return: () => {
        see('iterator.return');
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
}

const odd = (n: number): number => {
  if (n % 2 === 1) throw new Error('odd');
  return n;
};

const twice = function* (n: number): Generator<number> {
  yield n;
  yield n;
};

/** A task that is seen when it is called, where it is called in this thread. */
function seen<In, Out>(task: (item: In) => Out, { here }: Exercise, see: See): (item: In) => Out {
  if (!here) return task;
  return (item) => {
    see('task');
    return task(item);
  };
}

/** The same that waits, and is told to stop. */
function waiting(all: Exercise, see: See): (n: number) => number | Promise<number> {
  if (!all.here || !all.promises) return seen((n: number) => n, all, see);
  // Zones know nothing of `await`.
  return (n) => {
    see('task');
    currentTask()?.signal.addEventListener('abort', () => {
      see('task aborted');
    });
    return sleep(3).then(() => {
      see('task');
      return n;
    });
  };
}

const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

const clockOf = ({ scheduler }: Exercise): ParallelConfig => (scheduler === undefined ? {} : { scheduler });

let controller = new AbortController();

const scenarios: Readonly<Record<string, Scenario>> = {
  retried: (all, see) =>
    arriving([0, 1, 2, 3], see, all).pipe(
      parallelMap(seen(odd, all, see), {
        ...clockOf(all),
        pool: all.pool,
        onError: 'skip',
        timeout: 5000,
        partitionBy: (n) => {
          see('partitionBy');
          return n % 3;
        },
        progress: () => {
          see('progress');
        },
        retry: {
          count: 1,
          delay: () => {
            see('retry.delay');
            return new Observable((subscriber) => {
              elsewhere(all, () => {
                subscriber.next(0);
              });
              return () => {
                see('retry.delay left');
              };
            });
          },
        },
      }),
    ),

  moved: (all, see) =>
    parallel$(
      seen((buffer: ArrayBuffer) => buffer.byteLength, all, see),
      pulled(() => new ArrayBuffer(8), see),
      {
        ...clockOf(all),
        pool: all.pool,
        ordered: true,
        pause: 2,
        transfer: (buffer) => {
          see('transfer');
          return [buffer];
        },
      },
    ).pipe(take(3)),

  generated: (all, see) => {
    const task = function* (n: number): Generator<number> {
      see('task');
      try {
        yield n;
        see('task');
        yield n;
      } finally {
        see('task left');
      }
    };
    return arriving([0, 1, 2], see, all, 'never').pipe(
      parallelMap(all.here ? task : twice, { ...clockOf(all), pool: all.pool, ordered: true }),
      take(3),
    );
  },

  left: (all, see, leave) => {
    let isFirst = true;
    return parallel$(
      waiting(all, see),
      pulled((n) => n, see),
      { ...clockOf(all), pool: all.pool },
    ).pipe(
      tap(() => {
        if (isFirst) leave();
        isFirst = false;
      }),
    );
  },

  read: (all, see) => parallel$(waiting(all, see), read(see, all), { pool: all.pool, bufferSize: 2 }).pipe(take(4)),

  failed: (all, see) =>
    arriving([0, 2], see, all, 'error').pipe(parallelMap(seen(odd, all, see), { ...clockOf(all), pool: all.pool })),

  aborted: (all, see) => {
    if (controller.signal.aborted) controller = new AbortController();
    const { signal, abort } = { signal: controller.signal, abort: controller };
    return arriving([0, 2], see, all, 'never').pipe(
      parallelMap(waiting(all, see), { ...clockOf(all), pool: all.pool, signal }),
      tap(() => {
        elsewhere(all, () => {
          abort.abort();
        });
      }),
    );
  },

  closed: (all, see) =>
    arriving([0, 2], see, all, 'never').pipe(parallelMap(waiting(all, see), { ...clockOf(all), pool: all.pool })),
};
