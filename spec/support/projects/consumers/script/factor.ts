export const FACTOR: number = 2;
