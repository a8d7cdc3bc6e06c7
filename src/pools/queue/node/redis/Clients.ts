import type { Redis } from 'ioredis';
import { Observable, Subject } from 'rxjs';
import type { RedisConnectionConfig } from '../protocol/meeting.ts';
import type { Peers } from './loadPeers.ts';

const FIRST_RETRY_MS = 50;
const MAX_RETRY_MS = 1000;
/** Errors by which Redis refuses a client for good. */
const REFUSED = /WRONGPASS|NOAUTH|NOPERM|invalid password|invalid username/i;

const OPTIONS = {
  maxRetriesPerRequest: null,
  retryStrategy: (times: number) => Math.min(FIRST_RETRY_MS * 2 ** Math.min(times, 10), MAX_RETRY_MS),
  replyMapping: 'legacy',
} as const;

/** Opens clients of one Redis server, which reconnect for ever, and closes all of them. */
export class Clients {
  /** Emits the errors by which Redis refuses a client. */
  readonly refused$: Observable<Error>;
  private readonly refusals$ = new Subject<Error>();
  private readonly peers: Peers;
  private readonly connection: string | RedisConnectionConfig;
  private readonly open = new Set<Redis>();

  constructor(peers: Peers, connection: string | RedisConnectionConfig) {
    this.peers = peers;
    this.connection = connection;
    this.refused$ = this.refusals$;
  }

  make(): Redis {
    const { Redis } = this.peers.ioredis;
    const given = typeof this.connection === 'string' ? {} : this.connection;
    const options = { ...given, ...OPTIONS };
    return this.watch(typeof this.connection === 'string' ? new Redis(this.connection, options) : new Redis(options));
  }

  /** Disconnects all clients. Their unanswered commands fail. */
  close(): void {
    for (const client of this.open) client.disconnect();
    this.open.clear();
  }

  end(client: Redis): void {
    client.disconnect();
    this.open.delete(client);
  }

  private watch(client: Redis): Redis {
    this.open.add(client);
    client.on('error', (error: Error) => {
      if (REFUSED.test(error.message)) this.refusals$.next(error);
    });
    // BullMQ duplicates the client that it is given, and does not always close the duplicate.
    const duplicate = client.duplicate.bind(client);
    client.duplicate = (...options) => this.watch(duplicate(...options));
    return client;
  }
}
