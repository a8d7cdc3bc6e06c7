// The task of piscina in the demo: cleans a block of flights, and moves the text back.
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { register } from 'tsx/esm/api';

register();
const { cleanBlock } = await import('../../examples/flights/cleanBlock.ts');

/** The airports, which cross once. */
let known;

export default function clean({ block, airports }) {
  const { text, totals } = cleanBlock(block, (known ??= airports), (length) => new Uint8Array(length));
  return move({ [transferableSymbol]: [text.buffer], [valueSymbol]: { text, totals } });
}
