import { Observable, type Subscriber } from 'rxjs';
import type { Job, Pool, Settlements } from '../../src/pools/pool.ts';
import { TaskError } from '../../src/tasks/errors/errors.ts';
import { isIterator } from '../../src/tasks/isIterator.ts';
import type { Contexts } from './Contexts.ts';

interface Entry {
  readonly job: Job<unknown>;
  readonly subscriber: Subscriber<Settlements<unknown>>;
}

/** A pool as a user may write it: one loop calls all tasks and emits all results, in a context that is nobody's. */
export class OwnPool implements Pool {
  readonly size = 1;
  readonly crashes = false;
  private readonly contexts: Contexts;
  private readonly queue: Entry[] = [];
  private working = false;

  constructor(contexts: Contexts) {
    this.contexts = contexts;
  }

  run$<In, Out>(job: Job<In>): Observable<Settlements<Out>> {
    return new Observable<Settlements<unknown>>((subscriber) => {
      this.queue.push({ job: job, subscriber });
      this.poke();
    }) as Observable<Settlements<Out>>;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private poke(): void {
    if (this.working || this.queue.length === 0) return;
    this.working = true;
    this.contexts.run('elsewhere', () => setTimeout(this.work, 1));
  }

  private readonly work = (): void => {
    const { job, subscriber } = this.queue.shift() as Entry;
    for (const settlements of settled(job, subscriber)) subscriber.next(settlements);
    subscriber.complete();
    this.working = false;
    this.poke();
  };
}

/** The outcomes of the items of a job. */
function* settled(job: Job<unknown>, subscriber: Subscriber<unknown>): Generator<Settlements<unknown>> {
  const call = job.runInContext ?? ((inContext) => inContext());
  for (const [from, item] of job.items.entries()) {
    if (subscriber.closed) return;
    try {
      job.transfer?.(item);
      const returned = call(() => (job.task.live as (given: unknown) => unknown)(item));
      if (isIterator(returned)) yield* yielded(from, returned as Iterator<unknown>, call, subscriber);
      else yield { from, values: [returned] };
    } catch (cause) {
      const error = new TaskError('failed', {
        index: job.indices?.[from] ?? job.first + from,
        item,
        attempts: job.attempt,
        cause,
      });
      yield { from, values: [undefined], errors: [[0, error]] };
    }
  }
}

function* yielded(
  from: number,
  iterator: Iterator<unknown>,
  call: NonNullable<Job<unknown>['runInContext']>,
  subscriber: Subscriber<unknown>,
): Generator<Settlements<unknown>> {
  for (;;) {
    const step = call(() => iterator.next());
    if (step.done === true) {
      yield { from, values: [], yields: { values: [], ended: true } };
      return;
    }
    yield { from, values: [], yields: { values: [step.value], ended: false } };
    if (!subscriber.closed) continue;
    call(() => iterator.return?.());
    return;
  }
}
