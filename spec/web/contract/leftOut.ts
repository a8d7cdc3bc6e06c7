/** The rules of the contract of operators that cannot be tested in a page, by their numbers, each with the reason. */
export const leftOut = {
  7: 'the compiler needs files; types are the same in both builds',
  30: 'a page cannot start a collection of garbage',
  53: 'browsers have no AsyncLocalStorage; zones.spec.ts has the rule, with zones of zone.js',
};
