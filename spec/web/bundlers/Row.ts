import type { Consumer } from '../../matrix/Consumer.ts';

/** A bundler, and how it brings the page of a program to a browser. */
export type Row = Consumer & {
  /** Whether the gate runs it. */
  readonly gate?: true;
} & ({ readonly output: string } | { readonly server: (port: string) => readonly string[] });
