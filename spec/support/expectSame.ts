import { expect } from 'chai';

/** As `deep.equal`, for lists of numbers and texts that are compared many thousand times: chai takes its time to find two equal. */
export function expectSame<T>(actual: readonly T[], expected: readonly T[]): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) expect(actual).to.deep.equal(expected);
}
