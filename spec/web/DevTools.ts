import type { Readable, Writable } from 'node:stream';
import type { Program } from './Program.ts';

/** An event, or an answer, of Chromium. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The flag with which Chromium reads commands from its file 3, and writes to its file 4. */
export const PIPE_FLAG = '--remote-debugging-pipe';

/** The protocol of Chromium's developer tools, over two pipes. */
export class DevTools {
  /** What each command is sent to: the browser, or a page of it. */
  sessionId: string | undefined;
  private readonly commands: Writable;
  private readonly pending = new Map<number, Pending>();
  private readonly listeners = new Map<string, (params: unknown) => void>();
  private lastId = 0;
  private text = '';

  constructor({ child }: Program) {
    this.commands = child.stdio[3] as Writable;
    // A browser that ends takes its pipes with it: the command that waits for it says so.
    this.commands.on('error', () => undefined);
    (child.stdio[4] as Readable).setEncoding('utf8').on('data', (part: string) => {
      this.read(part);
    });
    child.once('close', () => {
      for (const { reject } of this.pending.values()) reject(new Error('Chromium has ended'));
    });
  }

  /** Sends a command. Resolves with its result. */
  async send<T>(method: string, params: object = {}): Promise<T> {
    this.lastId += 1;
    const id = this.lastId;
    const answered = new Promise<unknown>((resolve, reject) => this.pending.set(id, { resolve, reject }));
    this.commands.write(`${JSON.stringify({ id, method, params, sessionId: this.sessionId })}\0`);
    return (await answered) as T;
  }

  /** Calls a function for each event of a name, in place of the one before. */
  on(event: string, listener: (params: unknown) => void): void {
    this.listeners.set(event, listener);
  }

  /** Resolves with the next event of a name. */
  next(event: string): Promise<unknown> {
    return new Promise((resolve) => {
      this.on(event, resolve);
    });
  }

  private read(part: string): void {
    const messages = (this.text + part).split('\0');
    this.text = messages.pop() ?? '';
    for (const message of messages) this.receive(JSON.parse(message) as Message);
  }

  private receive({ id, method, params, result, error }: Message): void {
    if (method !== undefined) this.listeners.get(method)?.(params);
    if (id === undefined) return;
    const pending = this.pending.get(id);
    this.pending.delete(id);
    if (error === undefined) pending?.resolve(result);
    else pending?.reject(new Error(error.message));
  }
}
