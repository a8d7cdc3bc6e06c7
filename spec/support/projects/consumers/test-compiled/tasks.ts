import { Factor } from './factor';

export const double = (n: number): number => n * Factor.Double;
export const square = (n: number): number => n * n;
