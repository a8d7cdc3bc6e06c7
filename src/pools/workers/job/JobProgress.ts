import type { ParallelError } from '../../../tasks/errors/errors.ts';
import type { Job, Settlements } from '../../pool.ts';

/** How the next items of a job settled. */
interface Settled extends Pick<Settlements<unknown>, 'values'> {
  readonly errors?: Settlements<unknown>['errors'] | undefined;
  readonly yields?: Settlements<unknown>['yields'] | undefined;
}

/** Counts the settled items of a job, which settle in order. */
export class JobProgress {
  /** The position of the first item that has not settled. */
  position = 0;
  /** How long workers have run the items, in milliseconds. */
  workedMs = 0;
  /** The time spent on sending the items, in milliseconds. */
  sentMs = 0;
  private readonly items: number;
  /** The message that has settled the last items, until {@link end}. */
  private last: Settlements<unknown> | undefined;
  private readonly emit: (settlements: Settlements<unknown>) => void;

  constructor(job: Job<unknown>, emit: (settlements: Settlements<unknown>) => void) {
    this.items = job.items.length;
    this.emit = emit;
  }

  isDone(): boolean {
    return this.position >= this.items;
  }

  /**
   * Settles the next items; see {@link Settlements}.
   *
   * @param isAnswer - Whether the worker is free: the last items are then told of together with the end of the job, so that its
   * subscriber is called once.
   */
  settle({ values, errors, yields }: Settled, isAnswer = false): void {
    const message = {
      from: this.position,
      values,
      ...(errors === undefined ? {} : { errors }),
      ...(yields === undefined ? {} : { yields }),
    };
    this.position += values.length + (yields?.ended === true ? 1 : 0);
    if (isAnswer && this.isDone()) this.last = message;
    else this.emit(message);
  }

  /** Settles the next item with an error. */
  fail(error: ParallelError): void {
    this.settle({ values: [undefined], errors: [[0, error]] });
  }

  /** Gives the last message of the job. */
  end(times: Pick<Settlements<unknown>, 'tookMs' | 'sentMs'>): Settlements<unknown> {
    return { ...(this.last ?? { from: this.position, values: [] }), ...times };
  }
}
