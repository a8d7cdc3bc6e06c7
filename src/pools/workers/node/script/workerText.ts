/** The program of a worker as text, for bundles, which leave its file behind. The build puts it here. */
export const WORKER_TEXT: string | undefined = undefined;
