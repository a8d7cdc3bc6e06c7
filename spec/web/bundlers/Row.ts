import type { Consumer } from '../../matrix/Consumer.ts';

/** A bundler, and how it brings the page of a program to a browser. */
export type Row = Consumer & {
  /** Whether the gate runs it. */
  readonly gate?: true;
  /** What its index.html has to hold, if its page is rendered while it is built. */
  readonly rendered?: RegExp;
} & ({ readonly output: string } | { readonly server: (port: string) => readonly string[] });
