import { tasks } from 'rxjs-parallel';

export type Item = number | { readonly fault: string } | (() => number);
export type Kind = 'thread' | 'process';

/** What an item may do wrong, and what has to come of it. */
export interface Fault {
  readonly name: string;
  /** The expected error of an item with this fault. */
  readonly error: (kind: Kind) => Readonly<Record<string, unknown>>;
  /** Whether it ends the run, whatever `onError` says. */
  readonly endsRun?: boolean;
  readonly timeout?: number;
  /** The item that does it; by default one that names the fault. */
  readonly item?: Item;
  /** By default the one that does what the items say. */
  readonly task?: typeof work;
  /** Where it exists; by default in both. */
  readonly kinds?: readonly Kind[];
}

/** Longer than a starved machine holds up an item that does nothing. */
const TIMEOUT_MS = 250;

type Exports = Record<'work' | 'missing', (item: Item) => unknown>;
const elsewhere = (name: string): typeof work => tasks<Exports>(new URL(name, import.meta.url)).work;

/** Does what the item says. */
export const { work, missing } = tasks<Exports>(new URL('./tasks.js', import.meta.url));

const thrown = (cause: unknown) => () => ({ name: 'TaskError', attempts: 1, cause });
const cloneError = (): Readonly<Record<string, unknown>> => ({ name: 'TaskCloneError', attempts: 1 });
const late = (): Readonly<Record<string, unknown>> => ({ name: 'TaskTimeoutError', attempts: 1 });
const loadError = (): Readonly<Record<string, unknown>> => ({ name: 'TaskLoadError', index: undefined });
const crash = (how: object) => () => ({ name: 'WorkerCrashError', attempts: 2, ...how });

export const FAULTS: readonly Fault[] = [
  { name: 'throw', error: thrown('RangeError: thrown') },
  { name: 'throw undefined', error: thrown('undefined') },
  { name: 'reject', error: thrown('RangeError: rejected') },
  { name: 'exit 0', error: crash({ exitCode: 0 }) },
  { name: 'exit 1', error: crash({ exitCode: 1 }) },
  { name: 'uncaught later', error: crash({ exitCode: 1, cause: 'RangeError: uncaught' }) },
  {
    name: 'out of memory',
    error: (kind) =>
      crash(kind === 'thread' ? { code: 'ERR_WORKER_OUT_OF_MEMORY', exitCode: 1 } : { signal: 'SIGABRT' })(),
  },
  { name: 'SIGKILL', error: crash({ signal: 'SIGKILL' }), kinds: ['process'] },
  { name: 'endless loop', error: late, timeout: TIMEOUT_MS },
  { name: 'uncloneable item', error: cloneError, item: () => 1 },
  { name: 'uncloneable result', error: cloneError },
  { name: 'missing module', error: loadError, endsRun: true, task: elsewhere('./missing.js') },
  { name: 'missing export', error: loadError, endsRun: true, task: missing },
  { name: 'a module that throws on load', error: loadError, endsRun: true, task: elsewhere('./throwing.js') },
  { name: 'never settles', error: late, timeout: TIMEOUT_MS },
];
