import { Recent } from '../../../../util/collections/Recent.ts';
import type { MachineLink, QueueNames } from '../../engine/Engine.ts';
import { argsKeyOf } from '../protocol/names.ts';
import type { Sealer } from '../protocol/Sealer.ts';

/** The maximum number of runs whose arguments a machine keeps. */
const MAX_KEPT = 64;
const NONE: Promise<readonly unknown[]> = Promise.resolve([]);

/** Caches the arguments of runs. */
export class ArgsCache {
  private readonly link: MachineLink;
  private readonly names: QueueNames;
  private readonly sealer: Sealer;
  private readonly read = new Recent<string, Promise<readonly unknown[] | undefined>>(MAX_KEPT);

  constructor(link: MachineLink, names: QueueNames, sealer: Sealer) {
    this.link = link;
    this.names = names;
    this.sealer = sealer;
  }

  /** The arguments with a hash. Resolves to undefined if they are no longer stored. */
  get(hash: string | undefined): Promise<readonly unknown[] | undefined> {
    if (hash === undefined) return NONE;
    const known = this.read.get(hash);
    if (known !== undefined) return known;
    const args = this.load(hash);
    this.read.set(hash, args);
    args.then(
      (found) => {
        if (found === undefined) this.read.delete(hash);
      },
      () => {
        this.read.delete(hash);
      },
    );
    return args;
  }

  private async load(hash: string): Promise<readonly unknown[] | undefined> {
    const key = argsKeyOf(this.names, hash);
    const bytes = await this.link.load(key);
    return bytes === undefined ? undefined : (this.sealer.open(key, bytes) as readonly unknown[]);
  }
}
