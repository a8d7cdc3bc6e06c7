/** The error for a file that is not any more what it was when it was cut into blocks: lines would be torn or lost. */
export const fileChanged = (path: string, how: string): Error =>
  new Error(`${path} ${how} since it was cut into blocks of lines`);
