import type { NodeVersion } from './nodes.ts';

/** A program that uses the packed package in a way of its own. */
export interface Consumer {
  /** What selects it, with others whose ids begin alike. */
  readonly id: string;
  /** Its row of the table. */
  readonly name: string;
  /** The folder of its sources, among the projects. */
  readonly source: 'cjs-js' | 'cjs-ts' | 'esm-js' | 'esm-ts';
  /** What it installs beside the package and its peer. */
  readonly packages: Readonly<Record<string, string>>;
  /** Further files of its folder, by their names. */
  readonly files?: Readonly<Record<string, object | string>>;
  /** The arguments of each call of Node, in turn; the last one runs the program. */
  readonly steps: readonly (readonly string[])[];
  /** What the last step must say on stderr, of what to do, if the program cannot work. */
  readonly advice?: RegExp;
  /** Why it is not for a version of Node, if so. */
  readonly unsuited?: (node: NodeVersion) => string | undefined;
}
