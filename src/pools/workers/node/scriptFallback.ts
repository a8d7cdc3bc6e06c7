import { catchError, tap, throwError, type Observable } from 'rxjs';
import { TaskLoadError } from '../../../tasks/errors/errors.ts';
import { setLoaded, setUnloadable } from '../../../tasks/script/node/runsSerially.ts';
import type { Script } from '../../../tasks/script/Script.ts';
import { isSerial } from '../openPool.ts';
import type { Job, Pool, Settlements } from '../../pool.ts';

/**
 * A pool whose jobs run in this thread where Node cannot load the script of their task: the module of the second argument of
 * `tasks` may be one that only a bundler can load. Nothing of such a job has run.
 *
 * @param serial - Makes the pool of this thread.
 */
export function withFallback(pool: Pool, script: Script, serial: () => Pool): Pool {
  let local: Pool | undefined;
  const run$ = <In, Out>(job: Job<In>): Observable<Settlements<Out>> => {
    const runHere$ = (): Observable<Settlements<Out>> => (local ??= serial()).run$<In, Out>(job);
    if (isSerial(job.task)) return runHere$();
    let hasBegun = false;
    return pool.run$<In, Out>(job).pipe(
      tap(() => {
        hasBegun = true;
        setLoaded(script);
      }),
      catchError((error: unknown) => {
        const reason = hasBegun ? undefined : unloadable(error);
        if (reason === undefined) return throwError(() => error);
        setUnloadable(script, reason);
        return isSerial(job.task) ? runHere$() : throwError(() => error);
      }),
    );
  };
  return new Proxy(pool, {
    get: (target, name) => {
      if (name === 'run$') return run$;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** Errors of Node that say that it cannot resolve, read or parse a module. */
const CODES = new Set<unknown>([
  'ERR_INVALID_TYPESCRIPT_SYNTAX',
  'ERR_MODULE_NOT_FOUND',
  'ERR_PACKAGE_IMPORT_NOT_DEFINED',
  'ERR_PACKAGE_PATH_NOT_EXPORTED',
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ERR_UNSUPPORTED_DIR_IMPORT',
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
]);

/** Why Node cannot load a module; undefined for other errors. */
function unloadable(error: unknown): string | undefined {
  if (!(error instanceof TaskLoadError)) return undefined;
  const { name, code, stack = '' } = (error.cause ?? {}) as { name?: unknown; code?: unknown; stack?: string };
  const [frame = ''] = /^ +at .*$/m.exec(stack) ?? [];
  // One that the script throws has a frame of the script.
  const isParsers = name === 'SyntaxError' && /node:internal|compileSourceTextModule|wrapSafe/.test(frame);
  return CODES.has(code) || isParsers ? error.message : undefined;
}
