import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Host, Network } from '../support/queue/Network.ts';
import { LEASE_MS, type World } from '../support/queue/World.ts';

/** Faults of machines and of their Redis. */
export interface MachineFaults {
  startAll(): Promise<void>;
  /** Causes a fault, and ends it. @param drawn - Which one: from 0 to 1. */
  strike(drawn: number): Promise<void>;
  /** How many there have been of each kind. */
  readonly summary: string;
}

/** @param hosts - Where the machines are, one at each. */
export function machineFaults(
  world: World,
  network: Network | undefined,
  hosts: readonly (Host | undefined)[],
): MachineFaults {
  const machines: ChildProcess[] = [];
  const counts = new Map<string, number>();
  const place = (nth: number): { host?: Host } => {
    const host = hosts[nth];
    return host === undefined ? {} : { host };
  };
  const start = async (nth: number): Promise<void> => {
    machines[nth] = await world.machine({}, place(nth));
  };
  const forget = (machine: ChildProcess): void => {
    world.machines.splice(world.machines.indexOf(machine), 1);
  };

  const kinds: readonly (readonly [name: string, strike: (nth: number) => Promise<void>])[] = [
    [
      'killed',
      async (nth) => {
        await end(nth, 'SIGKILL');
        await start(nth);
      },
    ],
    [
      'told to end',
      async (nth) => {
        await end(nth, 'SIGTERM');
        await start(nth);
      },
    ],
    [
      'stopped',
      async (nth) => {
        machines[nth]?.kill('SIGSTOP');
        await sleep(3 * LEASE_MS);
        machines[nth]?.kill('SIGCONT');
      },
    ],
    [
      'cut off',
      async (nth) => {
        const host = hosts[nth];
        if (host === undefined) return;
        network?.cut(host);
        await sleep(3 * LEASE_MS);
        network?.heal(host);
      },
    ],
    [
      'Redis killed',
      async () => {
        await world.server.stop();
        await sleep(300);
        await world.server.start();
      },
    ],
    [
      'Redis emptied',
      async () => {
        await world.server.stop();
        rmSync(join(world.server.folder, 'appendonlydir'), { recursive: true, force: true });
        await world.server.start();
      },
    ],
  ];
  const end = async (nth: number, signal: NodeJS.Signals): Promise<void> => {
    const machine = machines[nth];
    if (machine === undefined) return;
    const ended = once(machine, 'exit');
    machine.kill(signal);
    await ended;
    forget(machine);
  };

  return {
    startAll: async () => {
      await Promise.all(hosts.map((_host, nth) => start(nth)));
    },
    strike: async (drawn) => {
      const at = Math.floor(drawn * kinds.length * hosts.length);
      const [name, strike] = kinds[at % kinds.length] as (typeof kinds)[number];
      counts.set(name, (counts.get(name) ?? 0) + 1);
      await strike(Math.floor(at / kinds.length));
    },
    get summary() {
      return [...counts].map(([name, count]) => `${name} ${String(count)}`).join(', ');
    },
  };
}
