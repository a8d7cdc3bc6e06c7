import { registerError, transfer } from 'rxjs-parallel/worker';

export class OddError extends Error {
  constructor(readonly code: number) {
    super(`odd: ${code}`);
  }
}
registerError({ OddError });

export function thumbnail(photo: string): string {
  return `${photo} in ${typeof document === 'undefined' ? 'a worker' : 'the page'}`;
}
export function* upTo(n: number) {
  for (let i = 0; i < n; i += 1) yield i;
}
export function refuse(code: number): never {
  throw new OddError(code);
}
export function invert(bytes: Uint8Array<ArrayBuffer>) {
  const inverted = bytes.map((byte) => 255 - byte);
  return transfer(inverted, [inverted.buffer]);
}
