import { hostname } from 'node:os';
import type { Pool } from '../../../pool.ts';
import { after } from '../../engine/after.ts';
import type { Clock } from '../../engine/Clock.ts';
import type { Consumer, Delivery, MachineLink, QueueNames } from '../../engine/Engine.ts';
import { every } from '../../engine/every.ts';
import type { ChunkMessage, MachineState, ToMachine, ToParent } from '../protocol/messages.ts';
import { allMachinesOf, channelOf, chunkAddressOf, newName, streamOf, streamOfChunk } from '../protocol/names.ts';
import type { Sealer } from '../protocol/Sealer.ts';
import { ArgsCache } from './ArgsCache.ts';
import { HeldChunk } from './HeldChunk.ts';
import { MessageSender } from './MessageSender.ts';
import { RemoteRuns } from './RemoteRuns.ts';
import { repair } from './repair.ts';
import { TaskFinder } from './TaskFinder.ts';

/** The maximum time between two heartbeats of a machine, in milliseconds. */
const MAX_BEAT_MS = 2000;
/** The time that the last messages of a closing machine may take, in milliseconds. */
const LAST_MS = 1000;
/**
 * The time, in milliseconds, in which a machine tells a program of its state once. With each chunk it would cost as much as to
 * read its result.
 */
const STATE_MS = 200;

export interface MachineSettings {
  readonly names: QueueNames;
  readonly modules: ReadonlyMap<string, string>;
  readonly capacity: number;
  readonly leaseMs: number;
}

/** Takes chunks from the queue, runs them on a pool of this machine, and reports their results to their programs. */
export class TaskMachine {
  private readonly link: MachineLink;
  private readonly sealer: Sealer;
  private readonly clock: Clock;
  private readonly pool: Pool;
  private readonly settings: MachineSettings;
  private readonly channel: string;
  private readonly held = new Map<string, HeldChunk>();
  private readonly runs = new RemoteRuns();
  /** When the programs were told of the state of this machine, by their streams. */
  private readonly told = new Map<string, number>();
  private readonly sender: MessageSender;
  private readonly args: ArgsCache;
  private readonly tasks: TaskFinder;
  private consumer: Consumer | undefined;
  private isClosing = false;
  private stopBeating = (): void => undefined;

  constructor(link: MachineLink, sealer: Sealer, clock: Clock, pool: Pool, settings: MachineSettings) {
    this.link = link;
    this.sealer = sealer;
    this.clock = clock;
    this.pool = pool;
    this.settings = settings;
    this.channel = channelOf(settings.names, newName());
    this.args = new ArgsCache(link, settings.names, sealer);
    this.tasks = new TaskFinder(settings.modules);
    this.sender = new MessageSender(link, sealer, clock, this.programIsGone, repair);
  }

  /** The number of chunks that the machine holds. */
  get running(): number {
    return this.held.size;
  }

  /** Starts taking chunks. Rejects if this machine has no permission to answer programs or to listen to them. */
  async start(): Promise<void> {
    const { link, settings, channel } = this;
    const { names, leaseMs, capacity } = settings;
    await link.append(streamOf(names, channel), new Uint8Array());
    await link.listen([channel, allMachinesOf(names)], this.receive);
    this.stopBeating = every(this.clock, Math.min(leaseMs, MAX_BEAT_MS), this.beat);
    this.consumer = await link.consume({
      concurrency: capacity,
      lockMs: leaseMs,
      handle: (delivery) => this.handle(delivery),
      stalled: (id) => void this.report(id, 'its machine has not renewed its lock'),
      unlocked: (id) => {
        const chunk = this.held.get(id);
        if (chunk === undefined) return;
        chunk.stop();
        void this.report(id, 'its machine has lost its lock');
      },
    });
  }

  /** Takes no more chunks, and gives its chunks `graceMs` to end. Other machines run those that have not ended. */
  async close(graceMs: number): Promise<void> {
    this.isClosing = true;
    const drained = this.consumer?.close(false).catch(() => undefined);
    const late = after(this.clock, graceMs);
    await Promise.race([drained, late.promise]);
    late.cancel();
    const reports = [...this.held].map(([id, chunk]) => {
      chunk.stop();
      return this.report(id, 'its machine has closed');
    });
    const last = after(this.clock, LAST_MS);
    await Promise.race([Promise.allSettled(reports), last.promise]);
    this.stopBeating();
    this.sender.close();
    await Promise.race([this.consumer?.close(true).catch(() => undefined), last.promise]);
    await Promise.race([this.link.close().catch(() => undefined), last.promise]);
    last.cancel();
  }

  /** Handles a chunk. It resolves when the chunk's last message has been accepted, since the chunk then leaves the queue. */
  private async handle({ id, bytes, isRepeated }: Delivery): Promise<void> {
    if (isRepeated || this.held.has(id)) {
      await this.report(id, 'another machine had taken it, and has not finished');
      return;
    }
    if (bytes === undefined) {
      await this.report(id, 'its items are no longer in the queue');
      return;
    }
    const message = this.read(id, bytes);
    if (message === undefined) return;
    const chunk = new HeldChunk(message, this.channel, this.newsFor(message.from), (report) =>
      this.sender.send(message.from, report, message.maxBytes),
    );
    this.held.set(id, chunk);
    try {
      await this.run(chunk, message);
    } catch (error) {
      chunk.fail(error);
    }
    await chunk.ended;
    if (this.held.get(id) === chunk) this.held.delete(id);
  }

  private async run(chunk: HeldChunk, message: ChunkMessage): Promise<void> {
    const task = this.tasks.get(message);
    const args = await this.args.get(message.args);
    if (args === undefined) {
      chunk.stop();
      await this.report(message.id, 'its arguments are no longer in the queue');
      return;
    }
    chunk.run(this.pool, task, this.runs.get(message.from, message.run, args), () => {
      void this.report(message.id, 'its machine has closed');
    });
  }

  /** Reads a chunk; undefined if no program with the secret has written it. */
  private read(id: string, bytes: Uint8Array): ChunkMessage | undefined {
    try {
      const message = this.sealer.open(chunkAddressOf(this.settings.names, id), bytes) as ChunkMessage;
      return message.id === id && message.from === streamOfChunk(this.settings.names, id) ? message : undefined;
    } catch {
      return undefined;
    }
  }

  /** Tells the program of a chunk that the chunk is lost. */
  private report(id: string, why: string): Promise<boolean> {
    return this.sender.send(streamOfChunk(this.settings.names, id), { kind: 'lost', id, why });
  }

  private readonly programIsGone = (from: string): void => {
    for (const chunk of [...this.held.values()]) if (chunk.from === from) chunk.stop();
    this.runs.endAll(from);
  };

  private readonly receive = (channel: string, bytes: Uint8Array): void => {
    let message: ToMachine;
    try {
      message = this.sealer.open(channel, bytes) as ToMachine;
    } catch {
      // A message that cannot be read, or is not signed with the secret, comes from no program of this machine.
      return;
    }
    switch (message.kind) {
      case 'hello':
        if (!this.isClosing) void this.sender.send(message.from, this.stateMessage());
        return;
      case 'stop':
        this.held.get(message.id)?.stop();
        return;
      case 'credit':
        this.held.get(message.id)?.allow(message.total);
        return;
      case 'end':
        this.runs.end(message.from, message.run);
    }
  };

  private stateMessage(): ToParent {
    return { kind: 'here', by: this.channel, machine: this.state() };
  }

  private state(): MachineState {
    const { pool, settings } = this;
    const { capacity } = settings;
    return { host: hostname(), pid: process.pid, threads: pool.size, capacity, running: this.held.size };
  }

  /** The state, for a program that was not told of it for some time. */
  private newsFor(program: string): MachineState | undefined {
    const nowMs = this.clock.now();
    if (nowMs - (this.told.get(program) ?? -Infinity) < STATE_MS) return undefined;
    this.told.set(program, nowMs);
    return this.state();
  }

  /** Sends a heartbeat to each program, after all reports to it. */
  private readonly beat = (): void => {
    const chunks = new Map<string, [string, number, number][]>();
    for (const [id, chunk] of this.held) {
      const of = chunks.get(chunk.from) ?? [];
      of.push([id, ...chunk.state]);
      chunks.set(chunk.from, of);
    }
    const runs = this.runs.byProgram();
    const machine = this.state();
    // Programs come and go: what is remembered of them is forgotten now and then.
    this.told.clear();
    for (const to of new Set([...chunks.keys(), ...runs.keys()]))
      void this.sender.send(to, {
        kind: 'beat',
        by: this.channel,
        chunks: chunks.get(to) ?? [],
        runs: runs.get(to) ?? [],
        machine,
      });
  };
}
