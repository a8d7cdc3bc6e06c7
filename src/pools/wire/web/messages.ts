import type { WorkerMethods } from '../messages.ts';

// The messages between a page and its workers. A program may send others beside them, which have no such mark.

/** A message to a worker. */
export type ToWorker =
  | {
      readonly rxjsParallel: 'call';
      readonly id: number;
      readonly method: keyof WorkerMethods;
      readonly request: unknown;
    }
  /** Of a single call. */
  | { readonly rxjsParallel: 'single'; readonly message: readonly unknown[] };

/** A message of a worker. */
export type FromWorker =
  /** The worker serves. It asks for a lock of this name, where there are locks. */
  | { readonly rxjsParallel: 'hello'; readonly lock: string | undefined }
  /** It has the lock, for as long as it lives. */
  | { readonly rxjsParallel: 'locked' }
  | { readonly rxjsParallel: 'event'; readonly id: number; readonly value: unknown }
  | { readonly rxjsParallel: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly rxjsParallel: 'single'; readonly message: readonly unknown[] }
  /** A message after that call could not be read. It may be one of the program. */
  | { readonly rxjsParallel: 'refused'; readonly after: number; readonly reason: string }
  /** The last message of a worker that ends by itself. */
  | { readonly rxjsParallel: 'exit'; readonly exitCode: number };

/** Whether the data of a message is of this library. */
export function isOurs(data: unknown): data is { readonly rxjsParallel: unknown } {
  return typeof data === 'object' && data !== null && 'rxjsParallel' in data;
}
