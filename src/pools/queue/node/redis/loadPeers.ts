import type * as bullmq from 'bullmq';
import type * as ioredis from 'ioredis';
import { TaskLoadError } from '../../../../tasks/errors/errors.ts';
import { messageOf } from '../../../../util/messageOf.ts';

/** The optional packages that a user of a queue installs. */
export interface Peers {
  readonly bullmq: typeof bullmq;
  readonly ioredis: typeof ioredis;
}

/** Loads the packages. Rejects with a TaskLoadError that names the packages to install. */
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

/** Node may see only the default export of an imported CommonJS module. */
function named<T extends object>(module: T, name: keyof T): T {
  return name in module ? module : (module as { readonly default: T }).default;
}
