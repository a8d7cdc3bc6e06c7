/** A message on its way. */
export interface MemoryMessage {
  /** From a machine to a program, from a program to a machine, or a chunk that a machine takes. */
  readonly way: 'results' | 'control' | 'chunk';
  /** The stream, the channel, or the name of the chunk. */
  readonly to: string;
}

/** How a message arrives. */
export interface Fate {
  /** How often it arrives; 0 for a message that is lost. @defaultValue 1 */
  readonly copies?: number;
  /** After how many milliseconds, so that others may overtake it. @defaultValue 0 */
  readonly delayMs?: number;
}
