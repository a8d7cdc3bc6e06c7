await new Promise(() => undefined);
export const never = (n: number): number => n;
