// Named by its URL: it imports nothing.
export const triple = (n: number): number => n * 3;
