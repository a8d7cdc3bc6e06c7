// A machine that cleans blocks of flights: npx rxjs-parallel worker examples/machines/worker.ts
import { availableParallelism } from 'node:os';
import { ProcessPool } from 'rxjs-parallel';
import type { ServeConfig } from 'rxjs-parallel/bullmq';
import { meeting } from './meeting.ts';

const { WORKERS = String(availableParallelism()) } = process.env;

const config: ServeConfig = {
  ...meeting,
  pool: new ProcessPool({ workers: Number(WORKERS) }),
  ahead: 1,
  graceMs: 20_000,
};

export default config;
