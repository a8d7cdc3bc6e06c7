/** The errors of browsers name the URL that cannot be imported, and no file from which it was. */
export const explainModule: (error: object, message: string, task: string) => Error | undefined = () => undefined;
