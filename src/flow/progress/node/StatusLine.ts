import { aroundWrites, type Replaced } from './aroundWrites.ts';

const LINE_START = '\x1b[1G';
const CLEAR_TO_END = '\x1b[0K';
const LINE_END = 0x0a;

/**
 * The last line of a terminal, for a text that changes, such as a progress bar. All other text that is written to the
 * terminal stays whole above it: the line is cleared before it, and drawn again when the other text has ended its line. Of
 * several texts at a time the first one is drawn, the next one when that has ended.
 *
 * It replaces the `write` of the streams from the first text to the end of the last one. A process that has the terminal
 * itself, such as a child with inherited streams, is not heard.
 */
export class StatusLine {
  /** By owner, the first one first. */
  private readonly texts = new Map<object, string>();
  private drawn = '';
  /** Whether other text stands on the line of the cursor. */
  private isTaken = false;
  private listening: readonly [Replaced, ...Replaced[]] | undefined;

  private readonly stream: NodeJS.WriteStream;
  private readonly others: readonly NodeJS.WriteStream[];

  /**
   * @param stream - Where to draw.
   * @param others - Further streams to the same terminal.
   */
  constructor(stream: NodeJS.WriteStream, others: readonly NodeJS.WriteStream[] = []) {
    this.stream = stream;
    this.others = others;
  }

  /** Shows a text, instead of the one that its owner has shown before. */
  show(owner: object, text: string): void {
    this.listening ??= [this.listenTo(this.stream), ...this.others.map((other) => this.listenTo(other))];
    this.texts.set(owner, text);
    this.draw();
  }

  /** Leaves the text of an owner as a line of its own. */
  end(owner: object): void {
    const text = this.texts.get(owner);
    if (text === undefined) return;
    if (this.isTaken) this.write('\n');
    this.isTaken = false;
    this.drawText(text);
    this.write('\n');
    this.drawn = '';

    this.texts.delete(owner);
    if (this.texts.size > 0) this.draw();
    else this.stopListening();
  }

  private draw(): void {
    const [text] = this.texts.values();
    if (text !== undefined && !this.isTaken) this.drawText(text);
  }

  private drawText(text: string): void {
    if (text === this.drawn) return;
    this.write(`${LINE_START}${text}${CLEAR_TO_END}`);
    this.drawn = text;
  }

  private clear(): void {
    if (this.drawn === '') return;
    this.write(`${LINE_START}${CLEAR_TO_END}`);
    this.drawn = '';
  }

  private write(text: string): void {
    this.listening?.[0].write(text);
  }

  private listenTo(stream: NodeJS.WriteStream): Replaced {
    return aroundWrites(
      stream,
      () => {
        this.clear();
      },
      (chunk) => {
        if (chunk.length > 0) this.isTaken = !endsLine(chunk);
        this.draw();
      },
    );
  }

  private stopListening(): void {
    for (const { restore } of this.listening ?? []) restore();
    this.listening = undefined;
    this.isTaken = false;
  }
}

function endsLine(chunk: string | Uint8Array): boolean {
  return typeof chunk === 'string' ? chunk.endsWith('\n') : chunk.at(-1) === LINE_END;
}
