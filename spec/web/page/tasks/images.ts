export const double = (n: number): number => n * 2;
export const isInWorker = (): boolean => typeof document === 'undefined';
