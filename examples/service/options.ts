import { parseArgs } from 'node:util';
import { ProcessPool, ThreadPool } from 'rxjs-parallel';
import type { RendererLimits } from './renderer.ts';

export interface ServiceOptions {
  readonly port: number;
  readonly pool: ThreadPool | ProcessPool;
  readonly limits: RendererLimits;
  /** Milliseconds in which what was taken is answered, once the service stops. */
  readonly drainMs: number;
}

/** Reads the options of the command line, and makes the pool. */
export function readOptions(args: readonly string[]): ServiceOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '3000' },
      workers: { type: 'string', default: '2' },
      processes: { type: 'boolean', default: false },
      timeout: { type: 'string', default: '2000' },
      'max-queue': { type: 'string', default: '100' },
      'max-wait': { type: 'string', default: '1000' },
      'drain-ms': { type: 'string', default: '10000' },
    },
  });
  const Pool = values.processes ? ProcessPool : ThreadPool;
  return {
    port: Number(values.port),
    // Workers stay, however long there is no request.
    pool: new Pool({ workers: Number(values.workers), idleMs: Infinity }),
    limits: {
      timeout: Number(values.timeout),
      maxQueue: Number(values['max-queue']),
      maxWait: Number(values['max-wait']),
    },
    drainMs: Number(values['drain-ms']),
  };
}
