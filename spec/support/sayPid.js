// Each process that is started with this says so in a file: `--import` it, and what that process starts does so too.
import { appendFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) appendFileSync(process.env.PIDS_FILE ?? '', `${String(process.pid)}\n`);
