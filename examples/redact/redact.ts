import { createHash } from 'node:crypto';

/** Puts a name in the place of each address of a log line, the same for the same address, and of each mail address. */
export function redact(line: string, salt: string): string {
  return line
    .replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, (address) => `ip-${hashOf(address, salt)}`)
    .replaceAll(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, (address) => `mail-${hashOf(address, salt)}`);
}

const hashOf = (text: string, salt: string): string =>
  createHash('sha256')
    .update(salt + text)
    .digest('hex')
    .slice(0, 8);
