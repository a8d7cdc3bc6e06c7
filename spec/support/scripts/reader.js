// Says what tasks find on the standard input of their workers, in two runs on one pool.
import { parallel, ProcessPool, ThreadPool } from 'rxjs-parallel';

const kind = process.argv[2] === 'thread' ? 'thread' : 'process';
const pool = new { thread: ThreadPool, process: ProcessPool }[kind]({ workers: 2 });
const readAll = async () => {
  let text = '';
  for await (const chunk of process.stdin) text += String(chunk);
  return text.length;
};
const readInChild = () => {
  const { execFileSync } = process.getBuiltinModule('node:child_process');
  const program = 'process.stdin.on("data", (data) => process.stdout.write(data)).on("end", () => process.exit())';
  /** @type {import('node:child_process').StdioOptions} */
  const stdio = ['inherit', 'pipe', 'inherit'];
  return execFileSync(process.execPath, ['--eval', program], { stdio, timeout: 8000 }).length;
};

const tasks = kind === 'process' ? [readInChild, readAll, readInChild] : [readAll, readAll];
const found = [];
for (const task of tasks) found.push(await parallel(task, [1, 2], { pool, chunkSize: 1 }));
console.log(JSON.stringify(found));
await pool.close();
