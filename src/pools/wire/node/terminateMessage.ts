/** The message by which workerpool tells a worker to end. */
export const TERMINATE = '__workerpool-terminate__';
