import type { Redis } from 'ioredis';
import { isError } from '../../../../platform/realms/isError.ts';
import { Observable, Subject } from 'rxjs';
import type { RedisConnectionConfig } from '../protocol/meeting.ts';
import type { Peers } from './loadPeers.ts';
import { writeTogether } from './writeTogether.ts';

const FIRST_RETRY_MS = 50;
const MAX_RETRY_MS = 1000;
/** Errors by which Redis refuses a client for good, or by which a client refuses the certificate of the server. */
const REFUSED =
  /WRONGPASS|NOAUTH|NOPERM|invalid password|invalid username|certificate|executing the script can't run this command/i;
/** The time after which the socket of a disconnected client is destroyed. Until then it holds the process. */
const DISCONNECT_MS = 100;

/** A client that is silent for so long asks whether its connection still exists. One that only listens sends nothing else. */
const KEEP_ALIVE_MS = 5000;

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
  private isClosed = false;

  constructor(peers: Peers, connection: string | RedisConnectionConfig) {
    this.peers = peers;
    this.connection = connection;
    this.refused$ = this.refusals$;
  }

  make(): Redis {
    const { Redis } = this.peers.ioredis;
    const given = typeof this.connection === 'string' ? {} : this.connection;
    const options = { disconnectTimeout: DISCONNECT_MS, keepAlive: KEEP_ALIVE_MS, ...given, ...OPTIONS };
    return this.watch(typeof this.connection === 'string' ? new Redis(this.connection, options) : new Redis(options));
  }

  /** Disconnects all clients. Their unanswered commands fail. */
  close(): void {
    this.isClosed = true;
    for (const client of this.open) disconnect(client);
    this.open.clear();
  }

  end(client: Redis): void {
    disconnect(client);
    this.open.delete(client);
  }

  private watch(client: Redis): Redis {
    this.open.add(client);
    writeTogether(client);
    client.on('error', this.refuse);
    const send = client.sendCommand.bind(client);
    client.sendCommand = (command, stream) => {
      // Redis may refuse to name a client, which is of no importance.
      if (command.name !== 'client') command.promise.catch(this.refuse);
      return send(command, stream);
    };
    // BullMQ duplicates the client that it is given, and does not always close the duplicate.
    const duplicate = client.duplicate.bind(client);
    client.duplicate = (...options) => this.watch(duplicate(...options));
    // A machine that is refused while it starts may ask for a further client afterwards.
    if (this.isClosed) this.end(client);
    return client;
  }

  private readonly refuse = (error: unknown): void => {
    if (isError(error) && REFUSED.test(error.message)) this.refusals$.next(error);
  };
}

/**
 * Ends a client, and fails its unanswered commands. ioredis does neither while a client waits to reconnect, so that it has to
 * be connecting.
 */
function disconnect(client: Redis): void {
  if (client.status === 'reconnecting') client.connect().catch(() => undefined);
  client.disconnect();
}
