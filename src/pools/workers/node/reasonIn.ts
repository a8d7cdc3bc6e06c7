/** The line of a worker's output to stderr that gives the reason of its death; undefined if no line does. */
export function reasonIn(stderr: string): string | undefined {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !NO_REASON.test(line));
  return REASONS.map((form) => lines.find((line) => form.test(line))).find(Boolean) ?? lines.at(-1);
}

/** Patterns of a line with the reason of a crash, the most reliable first: lines of source code may mention errors, too. */
const REASONS = [
  /^(Uncaught )?[A-Z]\w*(Error|Exception)\b.*:/,
  /^(Uncaught )?'?[\w$]*Error\b/,
  /^#? ?fatal\b/i,
  /error/i,
];

/** Lines without a reason: stack traces of JavaScript and of Node, rules, and Node's version and hints. */
const NO_REASON = /^(at |\d+: |-{3,}|<--- |#$|\^|\(Use `node |Node\.js v)/;
