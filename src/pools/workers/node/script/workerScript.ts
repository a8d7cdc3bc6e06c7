import { existsSync } from 'node:fs';
import type { WorkerKind } from '../../../pool.ts';
import { SCRIPT } from '../../../worker-side/node/workerFile.ts';
import { WORKER_TEXT } from './workerText.ts';

/** The reason why no worker can be started; undefined if workers can. A bundle of the source has neither file nor text. */
export function workersMissing(): string | undefined {
  return WORKER_TEXT !== undefined || existsSync(SCRIPT)
    ? undefined
    : `there is no worker script at ${SCRIPT}: bundle the built package, which has the text of the script, and not its source`;
}

/** The way to start a worker's program. */
export interface WorkerProgram {
  /** The script of a thread or a process. */
  readonly script: string;
  /** Further options of a thread. */
  readonly threadOptions: { readonly eval?: true };
  /** Further flags of a process. */
  readonly execArgv: readonly string[];
  /** The first message to a process, if it waits for one. */
  readonly greeting: object | undefined;
}

/**
 * Starts a worker's program from its file. A bundle has no such file, so there the program starts from its text: a thread
 * gets the text as its script, a process as its first message. So nothing is written to the disk.
 */
export function workerProgram(kind: WorkerKind): WorkerProgram {
  if (WORKER_TEXT === undefined || existsSync(SCRIPT))
    return { script: SCRIPT, threadOptions: {}, execArgv: [], greeting: undefined };
  if (kind === 'thread')
    return {
      script: `(${RUN})(${JSON.stringify({ file: SCRIPT, text: WORKER_TEXT })})`,
      threadOptions: { eval: true },
      execArgv: [],
      greeting: undefined,
    };
  return {
    script: SCRIPT,
    threadOptions: {},
    execArgv: [
      '--eval',
      `{const end=()=>process.exit(0);process.connected||end();process.once('disconnect',end);process.once('message',${RUN})}`,
    ],
    greeting: { file: SCRIPT, text: WORKER_TEXT },
  };
}

/**
 * Runs a text as if it were a CommonJS file. First it removes the globals that Node gives only to evaluated code, so that a
 * task finds the same globals as elsewhere. It has no double quotes and line breaks, since it is an argument of a command.
 */
const RUN = `({file,text})=>{${[
  `const{Module,builtinModules}=process.getBuiltinModule('node:module')`,
  `const drop=(names,test)=>{for(const name of names){const own=Object.getOwnPropertyDescriptor(globalThis,name);if(own?.configurable&&test(own))delete globalThis[name]}}`,
  `drop(['require','module','exports','__filename','__dirname'],()=>true)`,
  `drop(builtinModules.filter((name)=>!['console','crypto','process'].includes(name)),({get,enumerable})=>get!==undefined&&!enumerable)`,
  `if(globalThis.crypto?.webcrypto)Object.defineProperty(globalThis,'crypto',{value:crypto.webcrypto,configurable:true,enumerable:true,writable:true})`,
  `const at=process.execArgv.indexOf('--eval')`,
  `if(at>=0)process.execArgv.splice(at,2)`,
  'process.argv[1]=file',
  'const script=new Module(file)',
  `script.filename=file`,
  `script.paths=Module._nodeModulePaths(process.getBuiltinModule('node:path').dirname(file))`,
  `script._compile(text,file)`,
].join(';')}}`;
