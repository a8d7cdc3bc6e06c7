/** The program of a worker as text, for bundles, which have no file of it. The build sets it. */
export const WORKER_TEXT: string | undefined = undefined;
