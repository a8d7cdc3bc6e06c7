import type { ChildProcess } from 'node:child_process';
import diagnostics from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import { chance } from './chance.js';

/** What a worker is. */
export type Kind = (typeof KINDS)[number];
export const KINDS = ['thread', 'process'] as const;

/** A worker that lives. */
interface Victim {
  readonly kind: Kind;
  readonly worker: Worker | ChildProcess;
  /** How often it has said something. */
  messages: number;
  /** Whether it was killed, and only has not exited yet. */
  struck: boolean;
}

/** Most get the one signal that no process can see; the others leave in their own ways. */
const SIGNALS = ['SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGSEGV', 'SIGABRT'] as const;
/** A worker that ends by a fault while it boots is its own murderer to the library, and three in a row rightly end a run. */
const SIGNALS_AT_BOOT = ['SIGKILL', 'SIGTERM'] as const;

/** Whether it has a task ready: it has said that it is there, that it has booted, and twice that it loads. */
function isAtWork({ messages }: Victim): boolean {
  return messages >= 5;
}

/** How many workers of a kind were started, and how many were killed. */
export interface Toll {
  started: number;
  killed: number;
  /** How many of them before they had a task ready. */
  killedBooting: number;
}

/** Kills workers from outside. It learns from Node which there are, so that the library has no part in it. */
export class Chaos {
  readonly tolls: Readonly<Record<Kind, Toll>> = {
    thread: { started: 0, killed: 0, killedBooting: 0 },
    process: { started: 0, killed: 0, killedBooting: 0 },
  };
  /** How many were killed, by the way in which. */
  readonly ways = new Map<string, number>();
  private readonly live = new Set<Victim>();
  private readonly seed: number;
  private drawn = 0;

  constructor(seed: number) {
    this.seed = seed;
    process.on('worker', this.addThread);
    diagnostics.subscribe('child_process', this.addProcess);
  }

  /** How many workers live. */
  get living(): number {
    return this.live.size;
  }

  /** How many were started. */
  get started(): number {
    return KINDS.reduce((sum, kind) => sum + this.tolls[kind].started, 0);
  }

  /** How many were killed. */
  get killed(): number {
    return KINDS.reduce((sum, kind) => sum + this.tolls[kind].killed, 0);
  }

  /** Kills one worker, whichever it is and whatever it does. */
  strike(): void {
    const victim = this.pick([...this.live].filter(({ struck }) => !struck));
    if (victim === undefined) return;
    victim.struck = true;
    const toll = this.tolls[victim.kind];
    toll.killed += 1;
    if (!isAtWork(victim)) toll.killedBooting += 1;
    const way = this.kill(victim);
    this.ways.set(way, (this.ways.get(way) ?? 0) + 1);
  }

  /** Hears of no more workers. */
  stop(): void {
    process.off('worker', this.addThread);
    diagnostics.unsubscribe('child_process', this.addProcess);
  }

  private readonly addThread = (worker: Worker): void => {
    this.add('thread', worker);
  };

  private readonly addProcess = (message: unknown): void => {
    const { process: child } = message as { readonly process: ChildProcess };
    // It is announced while it is made; what listens to it by then would be taken for the library's own.
    process.nextTick(() => {
      this.add('process', child);
    });
  };

  private add(kind: Kind, worker: Worker | ChildProcess): void {
    const victim: Victim = { kind, worker, messages: 0, struck: false };
    this.tolls[kind].started += 1;
    this.live.add(victim);
    worker.on('message', () => {
      victim.messages += 1;
    });
    worker.once('exit', () => this.live.delete(victim));
  }

  private kill(victim: Victim): string {
    const { worker } = victim;
    if ('terminate' in worker) {
      void worker.terminate();
      return 'terminate()';
    }
    const signal = this.pick(isAtWork(victim) ? SIGNALS : SIGNALS_AT_BOOT) ?? 'SIGKILL';
    worker.kill(signal);
    return signal;
  }

  private pick<T>(all: readonly T[]): T | undefined {
    this.drawn += 1;
    return all[Math.floor(chance(this.seed, this.drawn) * all.length)];
  }
}
