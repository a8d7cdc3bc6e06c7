/** The script of workers that have no script of the program, as text. The build puts it here. */
export const WORKER_TEXT = '';
