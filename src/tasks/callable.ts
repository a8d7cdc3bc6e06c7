import { TaskLoadError } from './errors/errors.ts';
import { classAdvice, isClass } from './inline/isClass.ts';
import { isPromiseLike } from './isIterator.ts';
import { nameOf } from './nameOf.ts';
import type { TaskStyle } from './Task.ts';

/** A task that is ready to be called with one item. */
export type Callable = (item: unknown) => unknown;

type Loaded = (...args: unknown[]) => unknown;

interface LoadedProcessor {
  process(batch: unknown): Iterable<unknown> | AsyncIterable<unknown>;
}

/**
 * Binds a loaded task to the arguments of a run. A processor class is constructed here, once.
 *
 * @param loaded - The function or class.
 * @param style - How it is called.
 * @param args - The arguments after the item, or of the constructor.
 * @throws TaskLoadError if it is a class that is to be called, or that processes nothing.
 */
export function callable(loaded: unknown, style: TaskStyle, args: readonly unknown[]): Callable {
  const call = loaded as Loaded;
  if (style !== 'processor' && isClass(call)) throw new TaskLoadError(classAdvice(nameOf(call)));

  switch (style) {
    case 'item':
      return calling(call, args);
    case 'spread':
      return (item) => apply(call, undefined, joined(item as readonly unknown[], args));
    case 'processor':
      return processing(loaded, args);
  }
}

const { apply } = Reflect;

// Without a spread, which calls the iterator of arrays: a task may replace that.
function calling(call: Loaded, args: readonly unknown[]): Callable {
  if (args.length === 0) return (item) => call(item);
  if (args.length === 1) return (item) => call(item, args[0]);
  if (args.length === 2) return (item) => call(item, args[0], args[1]);
  return (item) => apply(call, undefined, joined([item], args));
}

function joined(first: readonly unknown[], rest: readonly unknown[]): unknown[] {
  const all: unknown[] = [];
  for (let at = 0; at < first.length; at += 1) all[at] = first[at];
  for (let at = 0; at < rest.length; at += 1) all[first.length + at] = rest[at];
  return all;
}

function processing(loaded: unknown, args: readonly unknown[]): Callable {
  const call = loaded as Loaded;
  const { prototype } = loaded as { prototype?: Partial<LoadedProcessor> };
  if (!isClass(call) && typeof prototype?.process !== 'function') return (batch) => iteratorOf(call(batch, ...args));

  const instance = new (loaded as new (...args: unknown[]) => Partial<LoadedProcessor>)(...args);
  if (typeof instance.process !== 'function')
    throw new TaskLoadError(`the class ${nameOf(call)} needs a method process(batch)`);
  return (batch) => iteratorOf((instance as LoadedProcessor).process(batch));
}

/** The results of a batch as a generator, whatever iterable they came in. */
function iteratorOf(results: unknown): unknown {
  if (isPromiseLike(results)) return promised(results);
  const iterable = results as Partial<Iterable<unknown> & AsyncIterable<unknown>> | null | undefined;
  if (typeof iterable?.[Symbol.asyncIterator] === 'function' || typeof iterable?.[Symbol.iterator] === 'function')
    return generatorOf(iterable as Iterable<unknown> | AsyncIterable<unknown>);
  throw new TypeError('a processor must give an iterable of one result per item: yield them, or return an array');
}

function generatorOf(iterable: Iterable<unknown> | AsyncIterable<unknown>): unknown {
  return isAsync(iterable)
    ? (async function* () {
        yield* iterable;
      })()
    : (function* () {
        yield* iterable;
      })();
}

function isAsync(iterable: Iterable<unknown> | AsyncIterable<unknown>): iterable is AsyncIterable<unknown> {
  return typeof (iterable as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] === 'function';
}

async function* promised(results: PromiseLike<unknown>): AsyncGenerator {
  yield* iteratorOf(await results) as Iterable<unknown>;
}
