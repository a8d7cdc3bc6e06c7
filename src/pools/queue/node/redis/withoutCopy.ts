import type { Command, Redis } from 'ioredis';

/** Arguments of fewer bytes are cheaper to copy than to write on their own. */
const LARGE = 2 ** 16;

/** Lets a command write its large arguments as they are. ioredis would copy all arguments into one more buffer. */
export function withoutCopy(command: Command): Command {
  if (command.args.some(isLarge))
    command.toWritable = (stream) => {
      const parts = partsOf(command);
      for (const part of parts.slice(0, -1)) (stream as Redis['stream']).write(part);
      return parts.at(-1) ?? '';
    };
  return command;
}

/** The command in the protocol of Redis: texts, and the large arguments between them. */
function partsOf({ name, args }: Command): readonly (string | Buffer)[] {
  const parts: (string | Buffer)[] = [];
  let text = `*${String(args.length + 1)}\r\n${lengthOf(name)}${name}\r\n`;
  for (const arg of args) {
    const value = arg as string | Buffer;
    text += lengthOf(value);
    if (typeof value === 'string') text += value;
    else {
      parts.push(text, value);
      text = '';
    }
    text += '\r\n';
  }
  return [...parts, text];
}

function lengthOf(value: string | Buffer): string {
  return `$${String(Buffer.byteLength(value))}\r\n`;
}

function isLarge(arg: unknown): boolean {
  return Buffer.isBuffer(arg) && arg.length >= LARGE;
}
