import { NEVER, Subscription, type Observer } from 'rxjs';
import type { Call, CallOptions } from '../../flow/calls/Call.ts';
import type { CallBounds } from '../../flow/calls/CallPlan.ts';
import { Calls } from '../../flow/calls/Calls.ts';
import type { Plan } from '../../flow/Plan.ts';
import { runInRootContext } from '../../platform/context/asyncContext.ts';
import { PoolClosedError } from '../../tasks/errors/errors.ts';
import { countFrom, msFrom } from '../../util/optionChecks.ts';
import { takeChecked, withDefaults, type Option } from '../../util/options.ts';
import { RUN_OPTIONS } from '../config/options.ts';
import { SHARED_OPTIONS, type CallConfig, type PooledConfig } from '../config/PooledConfig.ts';
import { resolveConfig, type ResolvedConfig } from '../config/resolveConfig.ts';
import { resolveCall } from './resolveCall.ts';

/** The options of a function beside those that calls have in common with runs. */
const OPTIONS = {
  priority: RUN_OPTIONS.priority,
  maxQueue: { check: countFrom(0, Infinity), default: Infinity },
  maxWait: { check: msFrom(1, Infinity), default: Infinity },
  graceMs: { check: msFrom(0, Infinity) },
} as const satisfies Partial<Record<keyof PooledConfig, Option>>;

const NAMES = [...SHARED_OPTIONS, ...Object.keys(OPTIONS)];

/** The calls of one function, on the pool that its options ask for. The first call opens it. */
export class PooledCalls {
  private readonly resolved: ResolvedConfig;
  private readonly defaults: Omit<CallOptions, 'timeoutMs'>;
  private readonly bounds: CallBounds;
  private readonly graceMs: number | undefined;
  private readonly generates: boolean;
  private readonly lease = new Subscription();
  private opened: { readonly calls: Calls; readonly defaults: CallOptions } | undefined;
  private isClosed = false;

  /**
   * @param generates - Whether all yields of a generator are results.
   * @throws TypeError or RangeError that says name, expectation and offender.
   */
  constructor(task: unknown, given: PooledConfig<never, readonly unknown[]> = {}, generates: boolean) {
    const { priority, maxQueue, maxWait, graceMs, ...shared } = withDefaults(
      takeChecked(given, OPTIONS, NAMES),
      OPTIONS,
    );
    this.resolved = resolveConfig(task, shared, { options: SHARED_OPTIONS });
    this.defaults = { priority, signal: undefined };
    this.bounds = { maxQueue, maxWaitMs: maxWait };
    this.graceMs = graceMs;
    this.generates = generates;
  }

  get waiting(): number {
    return this.opened?.calls.waiting ?? 0;
  }

  get running(): number {
    return this.opened?.calls.running ?? 0;
  }

  /**
   * Makes a call.
   *
   * @param observer - Is told what becomes of it.
   * @param onMade - Is given what cancels the call, before anything comes of it.
   */
  call(
    item: unknown,
    config: CallConfig | undefined,
    observer: Observer<unknown>,
    onMade?: (cancel: () => void) => void,
  ): void {
    try {
      const { calls, defaults } = this.open();
      const cancellable =
        onMade &&
        ((call: Call): void => {
          onMade(() => {
            calls.cancel(call);
          });
        });
      calls.call(item, resolveCall(config, defaults), observer, cancellable);
    } catch (error) {
      observer.error(error);
    }
  }

  async ready(): Promise<void> {
    await this.open().calls.ready();
  }

  /** Refuses new calls; resolves when all others have settled. Idempotent. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.opened?.calls.close();
    this.lease.unsubscribe();
  }

  private open(): { readonly calls: Calls; readonly defaults: CallOptions } {
    if (this.opened !== undefined) return this.opened;
    if (this.isClosed) throw new PoolClosedError('this function is closed: it takes no more calls');
    const plan = runInRootContext(() => this.openPlan());
    const { generates, graceMs, bounds, defaults } = this;
    const calls = new Calls({ ...plan, generates, graceMs }, bounds);
    this.opened = { calls, defaults: { ...defaults, timeoutMs: plan.timeoutMs } };
    return this.opened;
  }

  /** The plan of calls on the pool, which stays open until {@link close}. */
  private openPlan(): Plan<never> {
    let opened: Plan<never> | undefined;
    let failure: unknown;
    const opening = this.resolved
      .run$((plan) => {
        opened = plan;
        return NEVER;
      })
      .subscribe({
        error: (error: unknown) => {
          failure = error;
        },
      });
    if (opened === undefined) throw failure;
    this.lease.add(opening);
    return opened;
  }
}
