process.exit(9);
export const never = (n: number): number => n;
