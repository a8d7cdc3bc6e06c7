import type * as bullmq from 'bullmq';
import type * as ioredis from 'ioredis';
import { TaskLoadError } from '../../../../tasks/errors/errors.ts';
import { messageOf } from '../../../../util/messageOf.ts';

/** The packages that a user installs beside this one. */
export interface Peers {
  readonly bullmq: typeof bullmq;
  readonly ioredis: typeof ioredis;
}

/** Loads the packages. Rejects with a TaskLoadError that says what to install. */
export async function loadPeers(): Promise<Peers> {
  try {
    return { bullmq: named(await import('bullmq'), 'Queue'), ioredis: named(await import('ioredis'), 'Redis') };
  } catch (cause) {
    throw new TaskLoadError(
      `rxjs-parallel/bullmq needs two more packages: npm install bullmq ioredis (${messageOf(cause)})`,
      { cause },
    );
  }
}

/** Of CommonJS that is imported, Node may know the default export alone. */
function named<T extends object>(module: T, name: keyof T): T {
  return name in module ? module : (module as { readonly default: T }).default;
}
