/** The ts-node that runs the parent of a worker by a hook of `require`. */
export interface TsNode {
  /** Its module, since it need not be installed in the project. */
  readonly path: string;
  /** The tsconfig it goes by. */
  readonly project: string | undefined;
}
