import { inspect as nodeInspect } from 'node:util';

/**
 * The text by which a message shows a value: of a text with its quotes, of an object with its properties.
 *
 * @throws whatever a getter or a proxy of the value throws.
 */
export function inspect(value: unknown): string {
  return nodeInspect(value);
}
