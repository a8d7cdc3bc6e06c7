/** There are no files. */
export const filePath: (url: unknown) => string | undefined = () => undefined;
