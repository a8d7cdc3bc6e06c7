/** The ts-node that runs the parent of a worker by a hook of `require`. */
export interface TsNode {
  /** The path of its module, since it need not be installed in the project. */
  readonly path: string;
  /** The tsconfig that it uses. */
  readonly project: string | undefined;
}
