import { expect } from 'chai';
import fc from 'fast-check';
import { inspect, isDeepStrictEqual } from 'node:util';
import v8, { serialize } from 'node:v8';
import vm from 'node:vm';
import { isCloneable } from '../../../src/pools/wire/node/isCloneable.ts';
import type { CodedError } from '../../../src/tasks/errors/CodedError.ts';
import { decodeError } from '../../../src/tasks/errors/decodeError.ts';
import { encodeError } from '../../../src/tasks/errors/encodeError.ts';
import { ParallelError, TaskTimeoutError, WorkerCrashError } from '../../../src/tasks/errors/errors.ts';
import { registerError } from '../../../src/tasks/errors/registerError.ts';

const wires = {
  thread: (value: unknown): unknown => structuredClone(value),
  process: (value: unknown): unknown => v8.deserialize(v8.serialize(value)),
};

/** Fails on every operation, as the worst of proxies. */
const hostile = (target: object = {}): object =>
  new Proxy(
    target,
    Object.fromEntries(
      Object.getOwnPropertyNames(Reflect).map((trap) => [
        trap,
        () => {
          throw new Error(trap);
        },
      ]),
    ),
  );

const throws = (): never => {
  throw new Error('a getter that throws');
};

class KnownError extends RangeError {
  readonly limit: number;
  readonly details: object;
  constructor(limit: number, details: object) {
    super(`over ${String(limit)}`);
    this.limit = limit;
    this.details = details;
    // Throws if the constructor is called without arguments.
    Object.keys(details);
  }
  get double(): number {
    return this.limit * 2;
  }
}
class ChildOfKnownError extends KnownError {}
class UnknownError extends TypeError {
  override readonly name = 'UnknownError';
}
class PrivateError extends Error {
  readonly #text = 'private';
  override get message(): string {
    return this.#text;
  }
}
registerError(KnownError, PrivateError);

for (const kind of ['thread', 'process'] as const) {
  const cloneable = isCloneable(kind);
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- Each test knows what it gets.
  const arrived = <T = Error & Record<string, unknown>>(thrown: unknown): T =>
    decodeError(wires[kind](encodeError(thrown, cloneable)) as CodedError) as T;

  describe(`the error codec, to and from a ${kind}`, () => {
    describe('what is no error', () => {
      for (const value of [undefined, null, 0, -0, '', NaN, 5n, false, 'text', '\ud800']) {
        it(`brings ${inspect(value)} as it is`, () => {
          expect(Object.is(arrived(value), value)).to.equal(true);
        });
      }

      it('brings well-known and registered symbols as the same symbol, others by their description', () => {
        expect(arrived(Symbol.iterator)).to.equal(Symbol.iterator);
        expect(arrived(Symbol.for('shared'))).to.equal(Symbol.for('shared'));
        expect(arrived<symbol>(Symbol('own')).description).to.equal('own');
        expect(arrived<symbol>(Symbol('Symbol.iterator'))).to.not.equal(Symbol.iterator);
        expect(arrived<symbol>(Symbol()).description).to.equal(undefined);
      });

      it('brings a function as its text', () => {
        expect(
          arrived(function named() {
            return 1;
          }),
        ).to.equal('[Function: named]');
      });

      it('brings a plain object as a plain object, also one that looks like an error', () => {
        expect(arrived({ message: 'no error', nested: { list: [1, , 3] } })).to.deep.equal({
          message: 'no error',
          nested: { list: [1, , 3] },
        });
      });

      it('brings a Map, a Date and bytes as such', () => {
        expect(arrived(new Map([[{ a: 1 }, new Set([2])]]))).to.deep.equal(new Map([[{ a: 1 }, new Set([2])]]));
        expect(arrived(new Date(5))).to.deep.equal(new Date(5));
        expect(arrived<Uint8Array>(Buffer.from('ab'))).to.deep.equal(new Uint8Array([97, 98]));
      });

      it('brings an instance as its own properties, those that cannot cross as text', () => {
        class Response {
          status = 404;
          retry = (): number => 1;
          get ok(): boolean {
            return this.status < 400;
          }
        }
        expect(arrived(new Response())).to.deep.equal({ status: 404, retry: '[Function: retry]' });
      });

      it('brings what has no properties of its own as text', () => {
        expect(arrived(Promise.resolve(1))).to.match(/^Promise \{\s+1/);
        expect(arrived(new WeakMap())).to.equal('WeakMap { <items unknown> }');
      });

      it('brings a proxy whose traps throw as text, and one that works as its properties', () => {
        // Later versions of Node say that it is a proxy.
        expect(arrived(hostile({ a: 1 }))).to.be.oneOf(['{ a: 1 }', 'Proxy({ a: 1 })']);
        expect(arrived(hostile(new Error('inside')))).to.match(/inside/);
        expect(arrived(hostile(() => 1))).to.be.oneOf(['[Function (anonymous)]', 'Proxy([Function (anonymous)])']);
        expect(arrived(new Proxy({ a: 1 }, {}))).to.deep.equal({ a: 1 });

        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        expect(arrived(proxy)).to.equal('<Revoked Proxy>');
      });

      it('brings a thenable that cannot be awaited', async () => {
        const thenable = arrived<{ a: number; then: unknown }>({ a: 1, then: () => undefined });
        expect(await (thenable as unknown)).to.equal(thenable);
        expect(thenable.a).to.equal(1);
      });

      it('brings an own __proto__ as a property, and pollutes nothing', () => {
        const thrown = JSON.parse('{ "__proto__": { "polluted": 1 }, "a": 1 }') as object;
        const result = arrived<{ polluted?: number }>(thrown);
        expect(result.polluted).to.equal(undefined);
        expect(Object.getPrototypeOf(result)).to.equal(Object.prototype);
        expect(Object.getOwnPropertyDescriptor(result, '__proto__')?.value).to.deep.equal({ polluted: 1 });
        expect(({} as { polluted?: number }).polluted).to.equal(undefined);
      });
    });

    describe('errors', () => {
      for (const Native of [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]) {
        it(`keeps class, name, message and stack of a ${Native.name}`, () => {
          const thrown = new Native('wrong');
          const result = arrived(thrown);
          expect(result).to.be.instanceOf(Native);
          expect(Object.getPrototypeOf(result)).to.equal(Native.prototype);
          expect(result.name).to.equal(Native.name);
          expect(result.message).to.equal('wrong');
          expect(result.stack).to.equal(thrown.stack);
        });
      }

      it('looks the same when printed', () => {
        const thrown = Object.assign(new TypeError('wrong', { cause: new Error('deep') }), { code: 'E_WRONG' });
        expect(inspect(arrived(thrown))).to.equal(inspect(thrown));
      });

      it('keeps the errors of an AggregateError', () => {
        const result = arrived<AggregateError>(new AggregateError([new TypeError('a'), 1], 'two'));
        expect(result).to.be.instanceOf(AggregateError);
        expect(result.errors[0]).to.be.instanceOf(TypeError);
        expect(result.errors[1]).to.equal(1);
      });

      it('builds a DOMException that works', () => {
        const thrown = Object.assign(new DOMException('gone', 'AbortError'), { extra: 1 });
        const result = arrived<DOMException & { extra: number }>(thrown);
        expect(result).to.be.instanceOf(DOMException);
        expect([result.name, result.message, result.extra]).to.deep.equal(['AbortError', 'gone', 1]);
        expect(result).to.have.property('code', 20);
        expect(result.stack).to.equal(thrown.stack);
        expect(inspect(result)).to.match(/AbortError/);
      });

      it('keeps a cause, and the difference between a cause of undefined and none', () => {
        expect(arrived(new Error('a', { cause: new RangeError('b') })).cause).to.be.instanceOf(RangeError);
        expect(arrived(new Error('a', { cause: undefined }))).to.have.own.property('cause', undefined);
        expect(arrived(new Error('a'))).to.not.have.own.property('cause');
        expect(Object.keys(arrived(new Error('a', { cause: 1 })))).to.deep.equal([]);
      });

      it('keeps cycles', () => {
        const a = new Error('a');
        const b = Object.assign(new Error('b', { cause: a }), { list: [a] });
        a.cause = b;
        const result = arrived(a);
        const cause = result.cause as typeof b;
        expect(cause.message).to.equal('b');
        expect(cause.cause).to.equal(result);
        expect(cause.list[0]).to.equal(result);
      });

      it('keeps shared references', () => {
        const shared = { a: 1 };
        const result = arrived(Object.assign(new Error('a'), { x: shared, y: [shared] }));
        expect((result.y as unknown[])[0]).to.equal(result.x);
      });

      it('keeps own properties as structured clone keeps them', () => {
        const properties = {
          code: 'E_X',
          big: 5n,
          when: new Date(5),
          bytes: new Uint8Array([1, 2]),
          pattern: /x/gi,
          table: new Map<unknown, unknown>([['k', { deep: new Set([1]) }]]),
          nothing: undefined,
        };
        const result = arrived(Object.assign(new Error('a'), properties));
        expect(Object.entries(result)).to.deep.equal(Object.entries(properties));
      });

      it('keeps errors inside own properties as errors', () => {
        const thrown = Object.assign(new Error('a'), {
          first: new TypeError('b'),
          more: new Map([['k', [new KnownError(1, {})]]]),
        });
        const result = arrived<Error & typeof thrown>(thrown);
        expect(result.first).to.be.instanceOf(TypeError);
        expect(result.more.get('k')?.[0]).to.be.instanceOf(KnownError);
      });

      it('brings properties that cannot cross as text', () => {
        class Socket {
          handler = (): void => undefined;
        }
        const result = arrived(
          Object.assign(new Error('a'), { run: () => 1, socket: new Socket(), wait: Promise.resolve() }),
        );
        expect(result.run).to.equal('[Function: run]');
        expect(result.socket).to.match(/^Socket \{ handler: \[Function/);
        expect(result.wait).to.match(/^Promise \{\s+undefined/);
      });

      it('keeps the methods that every error has', () => {
        const result = arrived(Object.assign(new Error('a'), { toString: () => 'b', toJSON: () => ({}) }));
        expect(String(result)).to.equal('Error: a');
        expect(JSON.stringify(result)).to.be.a('string');
      });

      it('keeps code and class of the errors of Node', () => {
        const thrown = (() => {
          try {
            return new URL('no url');
          } catch (error) {
            return error as Error;
          }
        })();
        const result = arrived(thrown);
        expect(result).to.be.instanceOf(TypeError);
        expect(result.code).to.equal('ERR_INVALID_URL');
        expect(result.input).to.equal('no url');
      });

      it('brings a registered class without calling its constructor', () => {
        const result = arrived<KnownError>(new KnownError(3, { a: [1] }));
        expect(result).to.be.instanceOf(KnownError);
        expect(result.double).to.equal(6);
        expect(result.details).to.deep.equal({ a: [1] });
      });

      it('brings the value of an accessor that needs a private field', () => {
        const result = arrived(new PrivateError());
        expect(result).to.be.instanceOf(PrivateError);
        expect(result.message).to.equal('private');
      });

      it('brings a class that is not registered as its nearest known ancestor, with its name', () => {
        expect(Object.getPrototypeOf(arrived(new ChildOfKnownError(1, {})))).to.equal(KnownError.prototype);

        const result = arrived(new UnknownError('a'));
        expect(Object.getPrototypeOf(result)).to.equal(TypeError.prototype);
        expect(result.name).to.equal('UnknownError');
      });

      it('takes no class for another of the same name', () => {
        const Homonym = { TypeError: class TypeError extends RangeError {} }.TypeError;
        const Other = { KnownError: class KnownError extends Error {} }.KnownError;
        expect(Object.getPrototypeOf(arrived(new Homonym('a')))).to.equal(RangeError.prototype);
        expect(Object.getPrototypeOf(arrived(new Other('a')))).to.equal(Error.prototype);
      });

      it('brings the errors of this library with their fields', () => {
        const crash = new WorkerCrashError('died', {
          index: 4,
          item: { a: 1 },
          attempts: 2,
          exitCode: 3,
          stderr: 'tail',
        });
        const result = arrived<WorkerCrashError>(crash);
        expect(result).to.be.instanceOf(WorkerCrashError).and.instanceOf(ParallelError);
        expect(result.name).to.equal('WorkerCrashError');
        expect(Object.entries(result)).to.deep.equal(Object.entries(crash));
        expect(arrived(new TaskTimeoutError('late'))).to.be.instanceOf(TaskTimeoutError);
      });

      it('brings an error of another realm as one of this', () => {
        const result = arrived(
          vm.runInNewContext('Object.assign(new TypeError("other"), { list: [new RangeError("in")] })'),
        );
        expect(Object.getPrototypeOf(result)).to.equal(TypeError.prototype);
        expect((result.list as unknown[])[0]).to.be.instanceOf(RangeError);

        const child = vm.runInNewContext('class Mine extends RangeError {}; new Mine("child")') as unknown;
        expect(Object.getPrototypeOf(arrived(child))).to.equal(RangeError.prototype);
      });

      it('brings frozen errors, and errors in a proxy', () => {
        expect(arrived(Object.freeze(new TypeError('cold'))))
          .to.be.instanceOf(TypeError)
          .with.property('message', 'cold');
        expect(arrived(new Proxy(new TypeError('in'), {})))
          .to.be.instanceOf(TypeError)
          .with.property('message', 'in');
      });

      it('leaves out what cannot be read', () => {
        const thrown = new Error('a');
        Object.defineProperty(thrown, 'bad', { get: throws, enumerable: true });
        Object.defineProperty(thrown, 'stack', { get: throws });
        Object.defineProperty(thrown, 'nested', {
          value: Object.defineProperty({ b: 1 }, 'bad', { get: throws, enumerable: true }),
        });
        const result = arrived(thrown);
        expect(result.message).to.equal('a');
        expect(result.stack).to.equal('');
        expect(result).to.not.have.property('bad');
        expect(result.nested).to.deep.equal({ b: 1 });
      });

      it('brings the value of accessors, of its own or of its class', () => {
        class Computed extends Error {
          override get message(): string {
            return 'computed';
          }
          override get name(): string {
            return 'Computed';
          }
          override get cause(): unknown {
            return 'because';
          }
        }
        const thrown = Object.defineProperty(new Computed(), 'own', { get: () => 1, enumerable: true });
        const result = arrived(thrown);
        expect([result.message, result.name, result.cause, result.own]).to.deep.equal([
          'computed',
          'Computed',
          'because',
          1,
        ]);
      });

      it('brings name, message and stack also where they are no strings or throw', () => {
        const odd = arrived(Object.assign(new Error('a'), { name: 5, message: { a: 1 }, stack: null }));
        expect(odd).to.be.instanceOf(Error);
        expect([odd.name, odd.message, odd.stack]).to.deep.equal([5, { a: 1 }, null]);

        const oddDom = arrived(Object.defineProperty(new DOMException('a'), 'message', { value: { toString: 5 } }));
        expect(oddDom).to.be.instanceOf(DOMException);

        class Throwing extends TypeError {
          override get message(): string {
            return throws();
          }
          override get name(): string {
            return throws();
          }
        }
        expect(arrived(new Throwing())).to.be.instanceOf(TypeError);
      });

      it('keeps out of the way of those who prepare stacks', () => {
        const coded = encodeError(new RangeError('a'), cloneable);
        const prepare: unknown = Reflect.get(Error, 'prepareStackTrace');
        let prepared = 0;
        Error.prepareStackTrace = () => (prepared += 1);
        try {
          expect(decodeError(coded)).to.be.instanceOf(RangeError);
          expect(prepared).to.equal(0);
        } finally {
          Reflect.set(Error, 'prepareStackTrace', prepare);
        }
      });

      it('keeps an own __proto__ of an error as a property', () => {
        const thrown = Object.defineProperty(new Error('a'), '__proto__', { value: { polluted: 1 }, enumerable: true });
        const result = arrived(thrown);
        expect(result).to.be.instanceOf(Error);
        expect(result.polluted).to.equal(undefined);
        expect(Object.hasOwn(result, '__proto__')).to.equal(true);
      });
    });

    it('brings back anything that structured clone keeps, inside of errors too', () => {
      const anything = fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withSet: true,
        withTypedArray: true,
      });
      // Some versions of Node hold a date that is invalid for another than itself.
      const alike = (value: unknown, other: unknown): boolean =>
        isDeepStrictEqual(other, structuredClone(other))
          ? isDeepStrictEqual(value, other)
          : serialize(value).equals(serialize(other));
      fc.assert(
        fc.property(anything, (value) => {
          expect(alike(arrived(value), wires[kind](value))).to.equal(true);
          expect(alike(arrived(new Error('a', { cause: value })).cause, wires[kind](value))).to.equal(true);
        }),
        { examples: [[[new Date(NaN)]], [new Date(NaN)]] },
      );
    });

    describe('size', () => {
      it('brings a chain of ten thousand causes without overflowing the stack', () => {
        let thrown = new Error('0');
        for (let i = 1; i < 10_000; i++) thrown = new Error(String(i), { cause: thrown });
        let depth = 0;
        for (let error: unknown = arrived(thrown); error instanceof Error; error = error.cause) depth++;
        expect(depth).to.be.greaterThan(1_000);
      });

      it('brings a large property whole', () => {
        const rows = Array.from({ length: 200_000 }, (_, i) => i);
        expect(arrived(Object.assign(new Error('a'), { rows })).rows).to.deep.equal(rows);
      });

      it('brings a sparse array with its length', () => {
        const sparse: number[] = [];
        sparse[4_000_000_000] = 1;
        expect(arrived(Object.assign(new Error('a'), { sparse })).sparse).to.have.property('length', 4_000_000_001);
      });

      it('ends for what has no end', () => {
        const endless = (): object =>
          new Proxy(
            {},
            {
              ownKeys: () => ['next'],
              get: endless,
              getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }),
            },
          );
        const getter = (): object => ({
          get next() {
            return getter();
          },
        });
        for (const thrown of [endless(), getter()]) {
          expect(arrived(thrown)).to.not.equal(undefined);
          expect(arrived(new Error('a', { cause: thrown }))).to.be.instanceOf(Error);
        }
      });
    });
  });
}
