import { existsSync } from 'node:fs';
import type { WorkerKind } from '../../../pool.ts';
import { SCRIPT } from '../../../worker-side/node/workerFile.ts';
import { WORKER_TEXT } from './workerText.ts';

/** Why there can be no workers here, if so: a bundle of the source has neither the file nor the text. */
export function workersMissing(): string | undefined {
  return WORKER_TEXT !== undefined || existsSync(SCRIPT)
    ? undefined
    : `there is no worker script at ${SCRIPT}: a bundler has to take this package as it is built, with the script's text`;
}

/** How to start a worker's program. */
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
 * A worker's program runs from its file. In a bundle, which has left the file behind, it runs from its text: a thread is
 * given it as its script, a process as its first message, so that nothing is written to the disk.
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
 * Runs a text as if it were a CommonJS file, after it has taken away what Node gives to evaluated code alone: a task would
 * find it here, and nowhere else. Without double quotes and line breaks, since it is an argument of a command.
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
