import { moduleUrl } from '../../../../tasks/module/node/moduleUrl.ts';
import { checkMs, show } from '../../../../util/check.ts';
import type { Engine } from '../../engine/Engine.ts';

/** The modules of tasks, by the names that cross between machines. */
export type TaskModules = Readonly<Record<string, URL | string>>;

/** How to reach a Redis server: the options of ioredis. */
export interface RedisConnectionConfig {
  /** The name or address of the server. */
  readonly host?: string;
  /** Its port. */
  readonly port?: number;
  /** The path of a Unix socket. */
  readonly path?: string;
  /** The user of its access control list. */
  readonly username?: string;
  /** The password of the user. */
  readonly password?: string;
  /** The number of the database. */
  readonly db?: number;
  /** Options of `tls.connect`; an empty object for the defaults. */
  readonly tls?: object;
  /** Any other option of ioredis. */
  readonly [option: string]: unknown;
}

/** What a program and its machines have to agree on. */
export interface MeetingConfig {
  /** A URL, such as `redis://localhost:6379`, or the options of ioredis. Required, unless an `engine` is given. */
  readonly connection?: string | RedisConnectionConfig;
  /** The modules of tasks by name, with the same names on both sides: only these run. */
  readonly modules: TaskModules;
  /**
   * The version of the modules. A program meets machines of its own version alone. Letters, digits, `.`, `_`, `+` and `-`.
   *
   * @defaultValue `"0"`
   */
  readonly version?: string;
  /** Keeps applications apart that share a Redis. Letters, digits, `.`, `_`, `+` and `-`. @defaultValue `"default"` */
  readonly namespace?: string;
  /**
   * Signs all messages, so that somebody who can write to Redis can neither run tasks nor forge results.
   *
   * @defaultValue messages are not signed
   */
  readonly secret?: string;
  /**
   * Milliseconds, more than 0, after which a machine that is not heard of has lost its chunks, which then run elsewhere.
   *
   * @defaultValue 15000
   */
  readonly leaseMs?: number;
  /** In place of Redis, for tests. @defaultValue BullMQ on Redis */
  readonly engine?: Engine;
}

export const MEETING_OPTIONS = [
  'connection',
  'modules',
  'version',
  'namespace',
  'secret',
  'leaseMs',
  'engine',
] as const satisfies (keyof MeetingConfig)[];

/** @throws TypeError or RangeError that says name, expectation and offender. */
export function checkMeeting({ connection, version, namespace, secret, leaseMs, engine }: MeetingConfig): void {
  if (version !== undefined) checkName('version', version);
  if (namespace !== undefined) checkName('namespace', namespace);
  if (secret !== undefined && (typeof secret !== 'string' || secret === ''))
    throw new TypeError(`secret must be a string that is not empty, not ${show(secret)}`);
  if (leaseMs !== undefined) checkMs('leaseMs', leaseMs, 1);
  if (engine !== undefined) {
    if (typeof (engine as Partial<Engine> | null)?.openParent !== 'function')
      throw new TypeError(`engine must be an engine, not ${show(engine)}`);
    return;
  }
  if (typeof connection !== 'string' && (typeof connection !== 'object' || (connection as unknown) === null))
    throw new TypeError(`connection must be a URL of Redis or options of ioredis, not ${show(connection)}`);
  if (typeof (connection as { duplicate?: unknown }).duplicate === 'function')
    throw new TypeError('connection must be options of ioredis, not a client: each side opens clients of its own');
}

/** The URLs of modules by their names: those that the object itself has. */
export function modulesOf(modules: unknown): ReadonlyMap<string, string> {
  if (typeof modules !== 'object' || modules === null)
    throw new TypeError(`modules must be an object of URLs by name, not ${show(modules)}`);
  return new Map(Object.entries(modules).map(([name, url]) => [name, moduleUrl(url)]));
}

function checkName(option: string, value: unknown): void {
  const expectation = `${option} must be a string of letters, digits, ".", "_", "+" and "-", not ${show(value)}`;
  if (typeof value !== 'string') throw new TypeError(expectation);
  if (!/^[\w.+-]+$/.test(value)) throw new RangeError(expectation);
}
