import { expect } from 'chai';
import { parallel, ProcessPool, TaskError, ThreadPool, WorkerCrashError } from '../../src/index.ts';

const fast = ['--enable-source-maps', '--import', new URL('./register.js', import.meta.url).href];
const kinds = { thread: ThreadPool, process: ProcessPool };
/** Tells a worker that hangs from one that is slow. */
const HANGS_MS = 15_000;

/** Code by which a task changes its worker, as users do. */
export const USUAL_SPOILERS: readonly string[] = [
  'globalThis.setImmediate = () => ({})',
  'globalThis.performance = undefined',
  'process.nextTick = () => undefined',
  'globalThis.process = {}',
  'process.send = undefined',
  'process.removeAllListeners()',
  "const { parentPort } = process.getBuiltinModule('worker_threads'); parentPort?.removeAllListeners('message')",
  "process.stderr.write('a line\\n'); process.stdout.write = process.stderr.write = () => true",
  "process.stderr.cork(); process.stderr.write('a line\\n')",
  'globalThis.AbortController = globalThis.AbortSignal = globalThis.Event = class {}',
  'Promise.prototype.then = Promise.prototype.catch = Promise.prototype.finally = () => undefined',
  'Array.prototype.push = Array.prototype.slice = Array.prototype.filter = Array.prototype.map = () => []',
  'Math.min = Math.max = () => NaN',
];

/** More of it. */
export const OTHER_SPOILERS: readonly string[] = [
  'globalThis.setTimeout = globalThis.clearTimeout = globalThis.setInterval = globalThis.queueMicrotask = () => ({})',
  "const timers = process.getBuiltinModule('timers'); timers.setTimeout = timers.setImmediate = () => ({})",
  'performance.now = () => 0',
  'process.hrtime = Date.now = () => 0',
  'delete globalThis.process',
  "Object.defineProperty(globalThis, 'process', { get: () => { throw new Error('no process'); } })",
  'process.send = () => true',
  'process.exit = process.abort = () => undefined',
  'process.emit = () => true',
  'process.on = process.addListener = () => process',
  "process.removeAllListeners('message'); process.removeAllListeners('disconnect')",
  "const { parentPort } = process.getBuiltinModule('worker_threads'); if (parentPort) parentPort.postMessage = parentPort.on = () => undefined",
  "const threads = process.getBuiltinModule('worker_threads'); threads.parentPort = null; threads.isMainThread = !threads.isMainThread",
  'globalThis.console = {}',
  'globalThis.URL = globalThis.MessagePort = globalThis.MessageChannel = class {}',
  'globalThis.structuredClone = () => { throw new Error("no clone"); }',
  'globalThis.Promise = class {}',
  'globalThis.Map = globalThis.WeakMap = globalThis.Set = class {}',
  'globalThis.Array = globalThis.Object = globalThis.Uint8Array = globalThis.Symbol = class {}',
  'globalThis.Reflect = globalThis.Math = globalThis.JSON = {}',
  'globalThis.Error = globalThis.TypeError = class {}',
  "const v8 = process.getBuiltinModule('v8'); v8.Serializer = v8.Deserializer = class {}",
  'for (const key of Object.getOwnPropertySymbols(globalThis)) delete globalThis[key]',
  'Promise.resolve = Promise.all = () => undefined',
  'Array.prototype.entries = Array.prototype.forEach = Array.prototype.indexOf = Array.prototype.find = () => undefined',
  'Map.prototype.get = Map.prototype.set = WeakMap.prototype.get = Set.prototype.add = () => undefined',
  'Object.entries = Object.fromEntries = Object.keys = Object.assign = () => []',
  'Function.prototype.call = Function.prototype.apply = Function.prototype.bind = () => undefined',
  'JSON.stringify = JSON.parse = () => undefined',
];

/** Code that may end the worker, but may not hold up its run, nor change a value. */
export const DEADLY_SPOILERS: readonly string[] = [
  "Object.defineProperty(globalThis, 'process', { value: {} })",
  'Array.prototype[Symbol.iterator] = function* () {}',
  "const { parentPort } = process.getBuiltinModule('worker_threads'); parentPort?.close(); setInterval(() => undefined, 1000)",
  'process.disconnect?.(); setInterval(() => undefined, 1000)',
  'process.connected = false; setInterval(() => undefined, 1000)',
  'process.reallyExit = () => undefined; process.exit(3)',
  'process.emit = () => true; process.exit(3)',
  "process.removeAllListeners(); Promise.reject(new Error('nobody caught me'))",
  'console.error = () => { throw new Error("no console"); }; setImmediate(() => { throw new Error("nobody caught me"); })',
];

const spoil = (n: number, code: string): number => {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- the code is this spec's own.
  new Function(code)();
  return n;
};
const spoilLater = async (n: number, code: string): Promise<number> => {
  await (undefined as unknown);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- the code is this spec's own.
  new Function(code)();
  return n;
};
const scale = (n: number, factor: number): { readonly n: number } => ({ n: n * factor });
const scaleOrThrow = async (n: number, factor: number): Promise<number> => {
  await (async () => {
    // A promise of the language itself, whatever is global.
  })();
  if (n === 2) throw new RangeError('two');
  return n * factor;
};

/** Specifies that each code, run by a task, changes no result of its run and of those that come after it on the worker. */
export function specifySpoilers(codes: readonly string[], { mayDie }: { readonly mayDie: boolean }): void {
  for (const kind of ['thread', 'process'] as const)
    for (const code of codes)
      it(`in a ${kind}: ${code}`, async () => {
        await using pool = new kinds[kind]({ workers: 1, execArgv: fast, graceMs: 50 });
        const config = { pool, chunkSize: 3, crashRetries: 0, onError: 'return' } as const;
        const outcomes = async (run: Promise<readonly unknown[]>): Promise<readonly unknown[]> => {
          const results = await Promise.race([run, hang()]);
          return results.map((result) => (mayDie && result instanceof WorkerCrashError ? 'crash' : result));
        };
        const check = (results: readonly unknown[], expected: readonly unknown[]): void => {
          expect(results.map((result, n) => (result === 'crash' ? expected[n] : result))).to.deep.equal(expected);
        };

        const items = mayDie ? [1] : [1, 2, 3];
        for (const task of [spoil, spoilLater])
          check(await outcomes(parallel(task, items, { ...config, args: [code] })), items);
        check(await outcomes(parallel(scale, [1, 2, 3], { ...config, args: [2] })), [{ n: 2 }, { n: 4 }, { n: 6 }]);

        const results = await outcomes(parallel(scaleOrThrow, [1, 2, 3], { ...config, args: [2] }));
        check([results[0], results[2]], [2, 6]);
        if (results[1] === 'crash') return;
        expect(results[1]).to.be.instanceOf(TaskError).and.include({ index: 1 });
        expect((results[1] as Error).cause)
          .to.be.instanceOf(RangeError)
          .and.have.property('message', 'two');
      }).timeout(4 * HANGS_MS);
}

function hang(): Promise<never> {
  return new Promise((_, reject) => setTimeout(reject, HANGS_MS, new Error('it hangs')).unref());
}
