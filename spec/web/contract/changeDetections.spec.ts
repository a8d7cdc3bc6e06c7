import { expect } from 'chai';
import { lastValueFrom, toArray } from 'rxjs';
import { parallel$, ThreadPool } from '../../../src/index.ts';

interface Zone {
  fork(spec: object): Zone;
  run<T>(call: () => T): T;
}
interface Delegate {
  invoke(...args: readonly unknown[]): unknown;
  invokeTask(...args: readonly unknown[]): unknown;
  hasTask(target: Zone, state: object): void;
}

const { Zone: zones } = globalThis as unknown as { readonly Zone: { readonly root: Zone } };
const numbers = Array.from({ length: 500 }, (_none, n) => n);

/** A zone as that of Angular, which looks for changes each time that a task, or a call from outside, has left it with no microtask. */
class AngularZone {
  detections = 0;
  private depth = 0;
  private hasMicrotasks = false;
  readonly zone = zones.root.fork({
    name: 'angular',
    onInvokeTask: (delegate: Delegate, _own: Zone, target: Zone, ...args: readonly unknown[]) =>
      this.during(() => delegate.invokeTask(target, ...args)),
    onInvoke: (delegate: Delegate, _own: Zone, target: Zone, ...args: readonly unknown[]) =>
      this.during(() => delegate.invoke(target, ...args)),
    onHasTask: (delegate: Delegate, own: Zone, target: Zone, state: { change: string; microTask: boolean }) => {
      delegate.hasTask(target, state);
      if (own !== target || state.change !== 'microTask') return;
      this.hasMicrotasks = state.microTask;
      this.check();
    },
  });

  private during<T>(call: () => T): T {
    this.depth += 1;
    try {
      return call();
    } finally {
      this.depth -= 1;
      this.check();
    }
  }

  private check(): void {
    if (this.depth === 0 && !this.hasMicrotasks) this.detections += 1;
  }
}

/** Messages with results that came from workers. */
let deliveries = 0;
/** Makes a pool whose workers are counted: of each delivery, this page hears before the library does. */
const openPool = (): ThreadPool =>
  new ThreadPool({
    workers: 2,
    worker: () => {
      const worker = new Worker(new URL('./poolTasks.worker.ts', import.meta.url), { type: 'module' });
      zones.root.run(() => {
        worker.addEventListener('message', ({ data }: MessageEvent<{ value?: { kind?: string } }>) => {
          if (data.value?.kind === 'settled') deliveries += 1;
        });
      });
      return worker;
    },
  });

/** Runs 500 items by their subscription in a zone. */
async function detectionsOf(pool: ThreadPool, zone: Zone, { angular, chunkSize }: Options): Promise<Counts> {
  const before = { deliveries, detections: angular.detections };
  const results = await zone.run(() =>
    lastValueFrom(parallel$((n: number) => 2 * n, numbers, { pool, chunkSize }).pipe(toArray())),
  );
  expect(results).to.have.length(500);
  return { deliveries: deliveries - before.deliveries, detections: angular.detections - before.detections };
}

interface Options {
  readonly angular: AngularZone;
  readonly chunkSize: number | 'auto';
}
interface Counts {
  readonly deliveries: number;
  readonly detections: number;
}

describe('in a zone as that of Angular, 500 items', () => {
  for (const chunkSize of [1, 50, 'auto'] as const) {
    it(`cause at most one change detection a delivery, and one for the subscription, in chunks of ${String(chunkSize)}`, async () => {
      await using one = openPool();
      await using two = openPool();
      for (const pool of [one, two, one, two]) {
        const angular = new AngularZone();
        const counts = await detectionsOf(pool, angular.zone, { angular, chunkSize });
        expect(counts.detections).to.be.within(1, counts.deliveries + 1);
      }
    });

    it(`cause three at most where they are subscribed to outside of it, in chunks of ${String(chunkSize)}`, async () => {
      await using one = openPool();
      await using two = openPool();
      for (const pool of [one, two, one, two]) {
        const angular = new AngularZone();
        const counts = await detectionsOf(pool, zones.root, { angular, chunkSize });
        expect(counts.detections).to.be.at.most(3);
      }
    });
  }
});
