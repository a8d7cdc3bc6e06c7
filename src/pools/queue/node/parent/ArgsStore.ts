import { createHash } from 'node:crypto';
import type { Clock } from '../../engine/Clock.ts';
import type { ParentLink, QueueNames } from '../../engine/Engine.ts';
import { argsKeyOf } from '../protocol/names.ts';
import type { Sealer } from '../protocol/Sealer.ts';

/** The time that arguments stay stored, and the time after which they are stored again, in milliseconds. */
const TTL_MS = 3_600_000;
const RENEW_MS = TTL_MS / 2;
const NOTHING = Promise.resolve();

interface Stored {
  readonly hash: string;
  readonly atMs: number;
  readonly stored: Promise<void>;
}

/** Stores the arguments of each run once, for all its chunks and for all machines. */
export class ArgsStore {
  private readonly link: ParentLink;
  private readonly names: QueueNames;
  private readonly sealer: Sealer;
  private readonly clock: Clock;
  private known = new WeakMap<readonly unknown[], Stored>();

  constructor(link: ParentLink, names: QueueNames, sealer: Sealer, clock: Clock) {
    this.link = link;
    this.names = names;
    this.sealer = sealer;
    this.clock = clock;
  }

  /**
   * Begins to store arguments. Returns the hash under which they are stored, or undefined if there are none.
   *
   * @throws the error of structured clone if an argument cannot be sent.
   */
  hashOf(args: readonly unknown[]): string | undefined {
    return args.length === 0 ? undefined : this.find(args).hash;
  }

  /** Resolves when arguments are stored; rejects if the queue refuses them. The next call then stores them again. */
  stored(args: readonly unknown[]): Promise<void> {
    return args.length === 0 ? NOTHING : this.find(args).stored;
  }

  /** The queue may have lost all stored arguments: the next run stores its own again. */
  forget(): void {
    this.known = new WeakMap();
  }

  private find(args: readonly unknown[]): Stored {
    let found = this.known.get(args);
    if (found === undefined || this.clock.now() - found.atMs > RENEW_MS) {
      found = this.store(args);
      this.known.set(args, found);
    }
    return found;
  }

  private store(args: readonly unknown[]): Stored {
    // The hash is of the bytes without signature, since the signature covers the address, which contains the hash.
    const hash = createHash('sha256').update(this.sealer.bytesOf(args)).digest('hex');
    const key = argsKeyOf(this.names, hash);
    const stored = this.link.store(key, this.sealer.seal(key, args), TTL_MS);
    stored.catch(() => {
      this.known.delete(args);
    });
    return { hash, atMs: this.clock.now(), stored };
  }
}
