/** The lines that a terminal shows after a text, of which the escapes are: go to the start of the line, clear to its end. */
export function screenOf(text: string): string[] {
  const lines = [''];
  let column = 0;
  for (const [part] of text.matchAll(/\x1b\[1G|\x1b\[0K|\r?\n|[^\x1b\r\n]+|[^]/g)) {
    const line = lines.at(-1) ?? '';
    if (part === '\x1b[1G') column = 0;
    else if (part === '\x1b[0K') lines[lines.length - 1] = line.slice(0, column);
    else if (part.endsWith('\n')) {
      lines.push('');
      column = 0;
    } else {
      lines[lines.length - 1] = line.slice(0, column).padEnd(column) + part + line.slice(column + part.length);
      column += part.length;
    }
  }
  return lines;
}
