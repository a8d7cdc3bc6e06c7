import type { NodeVersion } from './nodes.ts';

/** Stands for the absolute path of a consumer's project. */
export const PROJECT = '<project>';

/** A program that uses the packed package in a way of its own. */
export interface Consumer {
  /** What selects it, with others whose ids begin alike. */
  readonly id: string;
  /** Its row of the table. */
  readonly name: string;
  /** The folder of its sources, among the projects. */
  readonly source: Source;
  /** What it installs beside the package and its peer. */
  readonly packages: Readonly<Record<string, string>>;
  /** How it installs them. Default: npm. */
  readonly installer?: Installer;
  /** Further parts of its package.json. */
  readonly manifest?: object;
  /** Further files of its folder, by their paths. */
  readonly files?: Readonly<Record<string, object | string>>;
  /** Further parts of its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The arguments of each call of Node, in turn; the last one runs the program. {@link PROJECT} is its folder. */
  readonly steps: readonly (readonly string[])[];
  /** Where the last step is run: in the folder of the program, or in an empty one beside it. Default: `'inside'`. */
  readonly runIn?: 'inside' | 'beside';
  /** What the last step has to print, on stdout or stderr. Default: {@link PRINTED}, on stdout, and nothing else. */
  readonly prints?: RegExp;
  /** What the last step must say on stderr, of what to do, if the program cannot work. */
  readonly advice?: RegExp;
  /** Why it is not for a version of Node, if so. */
  readonly unsuited?: (node: NodeVersion) => string | undefined;
  /** Whether the gate takes it. */
  readonly gate?: true;
}

/** `one-file` has tasks in place alone, `test-compiled` those that Node cannot run without a compiler; `script` has the script of a worker; `web` is a page. */
export type Source = `${'cjs' | 'esm'}-${'js' | 'ts'}` | 'next' | 'one-file' | 'script' | 'test-compiled' | 'web';

/** A package manager other than npm. */
export interface Installer {
  /** The package of npm that it is in. */
  readonly package: string;
  readonly version: string;
  /** Its script, in that package. */
  readonly script: string;
  readonly args: readonly string[];
}
