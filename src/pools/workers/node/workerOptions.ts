import { bare } from '../../../util/bare.ts';
import type { WorkerSettings } from '../Transport.ts';
import type { WorkerProgram } from './script/workerScript.ts';

/** What else Node reads of the options of a thread and of a process; workerpool asks that none of it is inherited. */
const THREAD_OPTIONS = [
  ...['argv', 'env', 'eval', 'execArgv', 'name', 'resourceLimits', 'stdin', 'stdout', 'stderr', 'trackUnmanagedFds'],
  ...['transferList', 'workerData'],
];
const FORK_OPTIONS = [
  ...['cwd', 'detached', 'env', 'execArgv', 'execPath', 'gid', 'killSignal', 'serialization', 'signal', 'silent'],
  ...['stdio', 'timeout', 'uid', 'windowsVerbatimArguments'],
];

/** The options of a thread: as the settings of a pool, and its program, ask for them. */
export function threadOptions(settings: WorkerSettings, program: WorkerProgram): object {
  return bare({ ...settingsOfThread(settings), ...program.threadOptions }, THREAD_OPTIONS);
}

/** The same of a process. */
export function forkOptions(settings: WorkerSettings, program: WorkerProgram): object {
  return bare(settingsOfProcess(settings, program), FORK_OPTIONS);
}

function settingsOfThread({ env, execArgv = threadFlags(), memoryMb }: WorkerSettings): object {
  return {
    // A thread would get the text "undefined".
    ...(env === undefined
      ? {}
      : { env: bare(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined))) }),
    ...(execArgv === undefined ? {} : { execArgv }),
    ...(memoryMb === undefined ? {} : { resourceLimits: bare({ maxOldGenerationSizeMb: memoryMb }) }),
  };
}

/** A thread inherits all flags, but one of them forbids to run a file. Those of V8 cannot be given, so the rest only where it must. */
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
    // Node takes what a process inherits from all objects for variables, too.
    env: bare(env ?? process.env),
  };
}

/** Flags of this process that say what it does itself, and not how its code is to be run. */
const OWN_FLAGS = /^(--inspect|--eval|--print|--check|--test|--watch|--interactive|--input-type|-[epcwi]$|-pe$)/;
const WITHOUT_VALUE = /^(--inspect(-brk|-wait)?|--check|--test|--watch|--interactive|-[ciw])$/;

/** What a thread inherits by itself: how this process loads and runs code. */
function parentFlags(): readonly string[] {
  return withoutTsNode(process.execArgv).filter(
    (flag, at, flags) => !OWN_FLAGS.test(flag) && (flag.startsWith('-') || !takesValue(flags[at - 1] ?? '')),
  );
}

/** The command of ts-node adds itself, and would look for the tsconfig of the worker's script. Its ESM loader needs it. */
function withoutTsNode(flags: readonly string[]): readonly string[] {
  if (flags.some((flag) => /ts-node.*child-loader/.test(flag))) return flags;
  const at = flags.findIndex((flag) => /[\\/]ts-node[\\/]dist[\\/]bin[-\w]*\.js$/.test(flag));
  return at === -1 ? flags : flags.slice(0, at);
}

/** Whether a flag that is left out takes what follows it along. */
function takesValue(flag: string): boolean {
  return OWN_FLAGS.test(flag) && !flag.includes('=') && !WITHOUT_VALUE.test(flag);
}
