export const FACTOR = 2;
