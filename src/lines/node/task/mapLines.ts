import { checkFunction, show } from '../../../util/check.ts';
import { oneOf } from '../../../util/optionChecks.ts';
import { takeChecked, withDefaults, type Option } from '../../../util/options.ts';
import type { LineBlock } from '../LineBlock.ts';
import { blockTask, type MappedBlock } from './blockTask.ts';

/** Options of {@link mapLines}. */
export interface MapLinesConfig {
  /**
   * How bytes are text. Bytes that are not UTF-8 fail the block, since they would not come back; `'latin1'` keeps each byte as
   * a character, whatever it means.
   *
   * @defaultValue `'utf8'`
   */
  readonly encoding?: 'utf8' | 'latin1';
}

/** What {@link mapLines} makes of a block. */
export interface MappedLines extends MappedBlock {
  /** How many lines the block has. */
  readonly lines: number;
}

const OPTIONS = {
  encoding: { check: oneOf('utf8', 'latin1'), default: 'utf8' },
} as const satisfies Record<string, Option>;

const BYTE_ORDER_MARK = '\ufeff';

/**
 * Makes a task for blocks of lines of a function for one line. Export it from a module of tasks.
 *
 * A line comes without its end, which the result gets again: `\n`, `\r\n`, or none for a last line that has none. A byte order
 * mark stays where it is, and is not a part of the first line. The function is synchronous.
 *
 * @example A module of tasks: keep the errors of a log, without their times
 * ```ts
 * export const errors = mapLines((line) => (line.includes('ERROR') ? line.slice(20) : undefined));
 * ```
 *
 * @typeParam Args - The arguments after the line.
 * @param map - Gets a line, and the `args` of the run. Gives the text that takes its place, which may have several lines, or
 *   undefined to leave it out.
 * @param config - The options.
 * @returns A task for {@link mapFile}, and for the functions that run the blocks of {@link lineBlocks}.
 * @throws TypeError if an argument is wrong.
 * @see {@link mapBlocks}, which maps bytes.
 */
export function mapLines<Args extends readonly unknown[] = []>(
  map: (line: string, ...args: Args) => string | undefined,
  config: MapLinesConfig = {},
): (block: LineBlock, ...args: Args) => MappedLines {
  checkFunction('map', map);
  const { encoding } = withDefaults(takeChecked(config, OPTIONS), OPTIONS);

  return blockTask((bytes, memory, args, block) => {
    const decoded = encoding === 'utf8' ? utf8Of(bytes, block) : latin1Of(bytes);
    const hasMark = encoding === 'utf8' && block.start === 0 && decoded.startsWith(BYTE_ORDER_MARK);
    const { mapped, lines } = mapEach(decoded, hasMark ? 1 : 0, block.separator, (line) => map(line, ...args));
    const all = hasMark ? BYTE_ORDER_MARK + mapped : mapped;
    const text = memory(Buffer.byteLength(all, encoding));
    Buffer.from(text.buffer, text.byteOffset, text.length).write(all, encoding);
    return { text, lines };
  });
}

function mapEach(
  text: string,
  from: number,
  separator: number,
  map: (line: string) => unknown,
): { readonly mapped: string; readonly lines: number } {
  const lineEnd = String.fromCharCode(separator);
  let mapped = '';
  let lines = 0;
  for (let start = from, end; start < text.length; start = end + 1) {
    end = text.indexOf(lineEnd, start);
    if (end < 0) end = text.length;
    const hasReturn = lineEnd === '\n' && end > start && text[end - 1] === '\r' && end < text.length;
    const last = hasReturn ? end - 1 : end;
    const line = map(text.slice(start, last));
    lines += 1;
    if (line === undefined) continue;
    if (typeof line !== 'string') throw new TypeError(`a mapped line must be a string or undefined, not ${show(line)}`);
    mapped += line + text.slice(last, end + 1);
  }
  return { mapped, lines };
}

function latin1Of({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('latin1');
}

function utf8Of(bytes: Uint8Array, { path, start, end }: LineBlock): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const message = `bytes ${String(start)} to ${String(end)} of ${path} are not UTF-8; 'latin1' as the encoding keeps all bytes`;
    throw new TypeError(message, { cause });
  }
}
