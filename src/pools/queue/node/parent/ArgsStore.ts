import { createHash } from 'node:crypto';
import type { Clock } from '../../engine/Clock.ts';
import type { ParentLink, Place } from '../../engine/Engine.ts';
import { argsKeyOf } from '../protocol/names.ts';
import type { Sealer } from '../protocol/Sealer.ts';

/** How long arguments stay stored, and after what time they are stored again. */
const TTL_MS = 3_600_000;
const AGAIN_MS = TTL_MS / 2;

interface Stored {
  readonly hash: string;
  readonly atMs: number;
  readonly stored: Promise<void>;
}

/** Stores the arguments of runs, once for all their chunks and for all machines. */
export class ArgsStore {
  private readonly link: ParentLink;
  private readonly place: Place;
  private readonly sealer: Sealer;
  private readonly clock: Clock;
  private known = new WeakMap<readonly unknown[], Stored>();

  constructor(link: ParentLink, place: Place, sealer: Sealer, clock: Clock) {
    this.link = link;
    this.place = place;
    this.sealer = sealer;
    this.clock = clock;
  }

  /**
   * Resolves to the hash under which they are stored; to undefined if there are none.
   *
   * @throws where they cannot be cloned.
   */
  async hashOf(args: readonly unknown[]): Promise<string | undefined> {
    if (args.length === 0) return undefined;
    let found = this.known.get(args);
    if (found === undefined || this.clock.now() - found.atMs > AGAIN_MS) {
      found = this.store(args);
      this.known.set(args, found);
    }
    await found.stored;
    return found.hash;
  }

  /** All that was stored may be gone. */
  forget(): void {
    this.known = new WeakMap();
  }

  private store(args: readonly unknown[]): Stored {
    // Not the signed bytes: the signature covers the address, which the hash is a part of.
    const hash = createHash('sha256').update(this.sealer.bytesOf(args)).digest('hex');
    const key = argsKeyOf(this.place, hash);
    const stored = this.link.store(key, this.sealer.seal(key, args), TTL_MS);
    stored.catch(() => {
      this.known.delete(args);
    });
    return { hash, atMs: this.clock.now(), stored };
  }
}
