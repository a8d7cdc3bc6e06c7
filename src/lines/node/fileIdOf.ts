import type { BigIntStats } from 'node:fs';

/** Tells a file from another one that has its path later. */
export const fileIdOf = ({ dev, ino }: BigIntStats): string => `${String(dev)}:${String(ino)}`;
