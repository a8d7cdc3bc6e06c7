import { moduleUrl } from '../../../../tasks/module/node/moduleUrl.ts';
import { show } from '../../../../util/check.ts';
import { msFrom } from '../../../../util/optionChecks.ts';
import type { Option } from '../../../../util/options.ts';
import type { Engine } from '../../engine/Engine.ts';

/** The modules of tasks, by their names in messages between machines. */
export type TaskModules = Readonly<Record<string, URL | string>>;

/** The options of ioredis to connect to a Redis server. */
export interface RedisConnectionConfig {
  /** The name or address of the server. */
  readonly host?: string;
  /** The port of the server. */
  readonly port?: number;
  /** The path of a Unix socket. */
  readonly path?: string;
  /** The user, as in the server's access control list. */
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

/** The settings on which a program and its machines have to agree. */
export interface MeetingConfig {
  /** A URL, such as `redis://localhost:6379`, or the options of ioredis. Required, unless an `engine` is given. */
  readonly connection?: string | RedisConnectionConfig;
  /** The modules of tasks, by name. Both sides need the same names. Machines run only tasks of these modules. */
  readonly modules: TaskModules;
  /**
   * The version of the modules. Only machines of the same version run the tasks of a program. Letters, digits, `.`, `_`, `+`
   * and `-`.
   *
   * @defaultValue `"0"`
   */
  readonly version?: string;
  /** Separates applications that share a Redis server. Letters, digits, `.`, `_`, `+` and `-`. @defaultValue `"default"` */
  readonly namespace?: string;
  /**
   * The key by which all messages are signed. Without it, anyone who can write to Redis can run tasks and forge results.
   *
   * @defaultValue messages are not signed
   */
  readonly secret?: string;
  /**
   * The time, in milliseconds, more than 0, after which a machine without a sign of life loses its chunks. They then run on
   * other machines.
   *
   * @defaultValue 15000
   */
  readonly leaseMs?: number;
  /** The engine to use instead of Redis, for tests. @defaultValue BullMQ on Redis */
  readonly engine?: Engine;
}

/** The options on which a program and its machines have to agree. */
export const MEETING_OPTIONS = {
  // Checked where they are read.
  connection: { check: () => undefined },
  modules: { check: () => undefined },
  version: { check: checkName, default: '0' },
  namespace: { check: checkName, default: 'default' },
  secret: { check: checkSecret },
  leaseMs: { check: msFrom(1), default: 15_000 },
  engine: { check: checkEngine },
} as const satisfies Record<keyof MeetingConfig, Option>;

/** @throws TypeError where there is no engine and no connection to Redis. */
export function checkConnection({ connection, engine }: MeetingConfig): void {
  if (engine !== undefined) return;
  if (typeof connection !== 'string' && (typeof connection !== 'object' || (connection as unknown) === null))
    throw new TypeError(`connection must be a URL of Redis or options of ioredis, not ${show(connection)}`);
  if (typeof (connection as { duplicate?: unknown }).duplicate === 'function')
    throw new TypeError('connection must be options of ioredis, not a client: each side opens clients of its own');
}

/** The URLs of modules by their names. Inherited properties are ignored. */
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

function checkSecret(option: string, value: unknown): void {
  if (typeof value !== 'string' || value === '')
    throw new TypeError(`${option} must be a string that is not empty, not ${show(value)}`);
}

function checkEngine(option: string, value: unknown): void {
  if (typeof (value as Partial<Engine> | null)?.openParent !== 'function')
    throw new TypeError(`${option} must be an engine, not ${show(value)}`);
}
