/** How many rules there are. */
const RULES = 53;

/** The rules that are not among the tests that ran: a rule is tested by a test whose title begins with its number. */
export function missingRules(titles: readonly string[]): readonly number[] {
  const ran = new Set(titles.map((title) => Number(/^(\d+)\. /.exec(title)?.[1])));
  return Array.from({ length: RULES }, (_, n) => n + 1).filter((rule) => !ran.has(rule));
}
