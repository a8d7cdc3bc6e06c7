// The rule that needs it is left out.
export const runInNewContext = (): undefined => undefined;
