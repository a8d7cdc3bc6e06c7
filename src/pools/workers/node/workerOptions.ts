import { bare } from '../../../util/bare.ts';
import type { WorkerSettings } from '../Transport.ts';
import type { WorkerProgram } from './script/workerScript.ts';

/** The other options that Node reads for a thread and for a process. They are set to undefined, so that none is inherited. */
const THREAD_OPTIONS = [
  ...['argv', 'env', 'eval', 'execArgv', 'name', 'resourceLimits', 'stdin', 'stdout', 'stderr', 'trackUnmanagedFds'],
  ...['transferList', 'workerData'],
];
const FORK_OPTIONS = [
  ...['cwd', 'detached', 'env', 'execArgv', 'execPath', 'gid', 'killSignal', 'serialization', 'signal', 'silent'],
  ...['stdio', 'timeout', 'uid', 'windowsVerbatimArguments'],
];

/** The options of a thread, from the settings of its pool and from the worker's program. */
export function threadOptions(settings: WorkerSettings, program: WorkerProgram): object {
  return bare({ ...settingsOfThread(settings), ...program.threadOptions }, THREAD_OPTIONS);
}

/** The options of a process, from the settings of its pool and from the worker's program. */
export function forkOptions(settings: WorkerSettings, program: WorkerProgram): object {
  return bare(settingsOfProcess(settings, program), FORK_OPTIONS);
}

/**
 * The smallest heap of a thread, in megabytes. With less, V8 from Node 22 on cannot make the thread, and ends the whole program
 * for that; with this much the thread ends alone, and the reason is reported.
 */
const MIN_THREAD_MB = 4;

function settingsOfThread({ name, env, execArgv = threadFlags(), memoryMb }: WorkerSettings): object {
  return {
    ...(name === undefined ? {} : { name }),
    // A thread would read an undefined variable as the text "undefined".
    ...(env === undefined
      ? {}
      : { env: bare(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined))) }),
    ...(execArgv === undefined ? {} : { execArgv }),
    ...(memoryMb === undefined
      ? {}
      : { resourceLimits: bare({ maxOldGenerationSizeMb: Math.max(memoryMb, MIN_THREAD_MB) }) }),
  };
}

/** A thread inherits all flags, but `--input-type` prevents running a file. Then the other flags are given, except V8's. */
function threadFlags(): readonly string[] | undefined {
  return process.execArgv.some((flag) => flag.startsWith('--input-type')) ? parentFlags() : undefined;
}

function settingsOfProcess({ env, execArgv, memoryMb }: WorkerSettings, program: WorkerProgram): object {
  return {
    serialization: 'advanced',
    silent: true,
    execArgv: [
      ...(execArgv ?? parentFlags()),
      ...(memoryMb === undefined ? [] : [`--max-old-space-size=${String(memoryMb)}`]),
      ...program.execArgv,
    ],
    // Node would also read properties of Object.prototype as environment variables.
    env: bare(env ?? process.env),
  };
}

/** Flags that concern only this process, and not how its code runs. */
const OWN_FLAGS = /^(--inspect|--eval|--print|--check|--test|--watch|--interactive|--input-type|-[epcwi]$|-pe$)/;
const WITHOUT_VALUE = /^(--inspect(-brk|-wait)?|--check|--test|--watch|--interactive|-[ciw])$/;

/** The flags of this process that say how it loads and runs code. */
function parentFlags(): readonly string[] {
  return withoutTsNode(process.execArgv).filter(
    (flag, at, flags) => !OWN_FLAGS.test(flag) && (flag.startsWith('-') || !takesValue(flags[at - 1] ?? '')),
  );
}

/** Drops the flags of ts-node's command, which would look for the tsconfig of the worker script. Its ESM loader needs them. */
function withoutTsNode(flags: readonly string[]): readonly string[] {
  if (flags.some((flag) => /ts-node.*child-loader/.test(flag))) return flags;
  const at = flags.findIndex((flag) => /[\\/]ts-node[\\/]dist[\\/]bin[-\w]*\.js$/.test(flag));
  return at === -1 ? flags : flags.slice(0, at);
}

/** Whether a dropped flag has its value in the next argument. */
function takesValue(flag: string): boolean {
  return OWN_FLAGS.test(flag) && !flag.includes('=') && !WITHOUT_VALUE.test(flag);
}
