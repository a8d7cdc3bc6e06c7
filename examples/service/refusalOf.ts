import { PoolClosedError, QueueFullError, TaskTimeoutError } from 'rxjs-parallel';

/** An answer without a page. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** The answer to a call that has failed. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof QueueFullError)
    return { status: 503, headers: { 'retry-after': '1' }, text: 'too many requests wait: try again' };
  if (error instanceof PoolClosedError)
    return { status: 503, headers: { connection: 'close' }, text: 'the server is closing' };
  if (error instanceof TaskTimeoutError) return { status: 504, headers: {}, text: 'the page takes too long' };
  return { status: 500, headers: {}, text: 'the page cannot be rendered' };
}
