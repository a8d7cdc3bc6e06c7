// Runs with globals that something else has replaced, as test runners do: `node replaced.js WHAT before|after`, which is
// whether the library has been loaded by then. Prints what has become of each of its runs. Plain JavaScript, so that its
// workers need no loader to boot.
import { mock } from 'node:test';
import timers from 'node:timers/promises';
import { runInNewContext } from 'node:vm';

const { setTimeout: wait } = timers;
const NodeUrl = URL;

/** A URL as that of a DOM: of a class that Node does not know. */
class ForeignUrl {
  [Symbol.toStringTag] = 'URL';

  /**
   * @param {string} url
   * @param {string} [base]
   */
  constructor(url, base) {
    this.href = new NodeUrl(url, base).href;
  }
}

class ForeignSignal {
  aborted = false;
  /** @type {unknown} */
  reason = undefined;
  /** @type {Set<() => void>} */
  listeners = new Set();

  /** @param {string} _name @param {() => void} listener */
  addEventListener(_name, listener) {
    this.listeners.add(listener);
  }

  /** @param {string} _name @param {() => void} listener */
  removeEventListener(_name, listener) {
    this.listeners.delete(listener);
  }
}

class ForeignController {
  signal = new ForeignSignal();

  /** @param {unknown} reason */
  abort(reason) {
    this.signal.aborted = true;
    this.signal.reason = reason;
    for (const listener of this.signal.listeners) listener();
  }
}

/** @param {Record<string, unknown>} globals */
const replace = (globals) => {
  for (const [name, value] of Object.entries(globals))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
};
/** @param {readonly string[]} names */
const ofAnotherRealm = (names) =>
  Object.fromEntries(
    names.map((name) => /** @type {const} */ ([name, /** @type {unknown} */ (runInNewContext(name))])),
  );
const frozen = () => 0;

const [, , what = '', when] = process.argv;

/** @type {Record<string, () => void>} */
const replacements = {
  'typed arrays of another realm': () => {
    replace(ofAnotherRealm(['Uint8Array', 'ArrayBuffer', 'DataView']));
  },
  'classes of another realm': () => {
    replace({
      ...ofAnotherRealm(['Error', 'TypeError', 'Map', 'Set', 'Promise', 'Array', 'Object']),
      URL: ForeignUrl,
      AbortSignal: ForeignSignal,
      AbortController: ForeignController,
      structuredClone: (/** @type {unknown} */ value) => /** @type {unknown} */ (JSON.parse(JSON.stringify(value))),
    });
  },
  'timers that are numbers': () => {
    const { setTimeout: start, setInterval: repeat } = globalThis;
    replace({
      setTimeout: (/** @type {() => void} */ work, /** @type {number} */ ms) => Number(start(work, ms)),
      setInterval: (/** @type {() => void} */ work, /** @type {number} */ ms) => Number(repeat(work, ms)),
      // A DOM has none.
      setImmediate: undefined,
      clearImmediate: undefined,
    });
  },
  'timers and clocks that stand still': () => {
    // Before it is loaded, nothing could tell this one from Node's.
    if (when === 'after') performance.now = frozen;
    Date.now = frozen;
    replace({ setTimeout: frozen, setInterval: frozen, setImmediate: frozen, performance: { now: frozen } });
  },
  "timers of Node's test runner": () => {
    mock.timers.enable();
  },
};

const loaded = when === 'after' ? await import('rxjs-parallel') : undefined;
replacements[what]?.();
const { parallel, tasks, ProcessPool, ThreadPool } = loaded ?? (await import('rxjs-parallel'));

/** @type {Record<string, unknown>} */
const told = {};
/**
 * @param {string} name
 * @param {() => unknown} work
 */
const tell = async (name, work) => {
  try {
    told[name] = await work();
  } catch (error) {
    told[name] = String(error);
  }
};
/** @param {number} n */
const double = (n) => 2 * n;
const loop = () => {
  for (;;);
};
/** @param {unknown} error */
const nameOf = (error) => /** @type {Error} */ (error).name;

/** @type {(kind: 'thread' | 'process') => Promise<void>} */
const runAll = async (kind) => {
  const pool = new { thread: ThreadPool, process: ProcessPool }[kind]({ workers: 1, idleMs: 0 });
  const { double: named } = /** @type {Record<string, (n: number) => number>} */ (
    /** @type {unknown} */ (tasks(new URL('../plainTasks.js', import.meta.url)))
  );
  await Promise.all([
    tell(`results of a ${kind}`, () => parallel(double, [1, 2, 3], { pool })),
    tell(`results of another ${kind}`, () => parallel(double, new Set([4, 5]), { pool: kind, workers: 1 })),
    tell(`a module's task in a ${kind}`, () => parallel(/** @type {never} */ (named), [5], { pool })),
    tell(`yields of a ${kind}`, () =>
      parallel(
        function* (/** @type {number} */ n) {
          for (let i = 0; i < n; i += 1) yield i;
        },
        [3],
        { pool },
      ),
    ),
  ]);
  await tell(`a loop that is late in a ${kind}`, () => parallel(loop, [1], { pool, timeout: 50 }).catch(nameOf));
  await tell(`a worker after a loop that was cancelled in a ${kind}`, async () => {
    const controller = new AbortController();
    const stopped = [1, 2].map(() => parallel(loop, [1], { pool, signal: controller.signal }).catch(String));
    await wait(200);
    controller.abort(new Error('enough'));
    return [...(await Promise.all(stopped)), ...(await parallel(double, [7], { pool }))];
  });
  await tell(`a loop in a ${kind} pool that is closed`, async () => {
    const stopped = parallel(loop, [1], { pool }).catch(nameOf);
    await wait(200);
    await pool.close();
    return await stopped;
  });
};

await Promise.all([runAll('thread'), runAll('process')]);
await tell('a copy in this thread', () =>
  parallel((/** @type {Map<number, number>} */ sizes) => sizes.get(1), [new Map([[1, 2]])], {
    pool: 'local',
    transfer: () => [],
  }),
);
process.stdout.write(`${JSON.stringify(told)}\n`);
