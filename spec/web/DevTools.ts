import type { Readable, Writable } from 'node:stream';
import { filter, firstValueFrom, map, Subject, type Observable } from 'rxjs';
import type { Program } from './Program.ts';

/** An event, or an answer, of Chromium. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** The flag with which Chromium reads commands from its file 3, and writes to its file 4. */
export const PIPE_FLAG = '--remote-debugging-pipe';

/** The protocol of Chromium's developer tools, over two pipes. */
export class DevTools {
  /** What each command is sent to: the browser, or a page of it. */
  sessionId: string | undefined;
  private readonly commands: Writable;
  private readonly messages$ = new Subject<Message>();
  private lastId = 0;
  private text = '';

  constructor({ child }: Program) {
    this.commands = child.stdio[3] as Writable;
    // A browser that ends takes its pipes with it: a command that waits for it, or comes later, fails by `close`.
    this.commands.on('error', () => undefined);
    (child.stdio[4] as Readable).setEncoding('utf8').on('data', (part: string) => {
      this.read(part);
    });
    child.once('close', () => {
      this.messages$.error(new Error('Chromium has ended'));
    });
  }

  /** Sends a command. Resolves with its result. */
  async send<T>(method: string, params: object = {}): Promise<T> {
    this.lastId += 1;
    const sent = this.lastId;
    const answered = firstValueFrom(this.messages$.pipe(filter(({ id }) => id === sent)));
    this.commands.write(`${JSON.stringify({ id: sent, method, params, sessionId: this.sessionId })}\0`);
    const { result, error } = await answered;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result as T;
  }

  /** The events of a name, from now on. */
  events$<T>(name: string): Observable<T> {
    return this.messages$.pipe(
      filter(({ method }) => method === name),
      map(({ params }) => params as T),
    );
  }

  private read(part: string): void {
    const messages = (this.text + part).split('\0');
    this.text = messages.pop() ?? '';
    for (const message of messages) this.messages$.next(JSON.parse(message) as Message);
  }
}
