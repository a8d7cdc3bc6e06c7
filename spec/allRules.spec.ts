import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Suite, Test } from 'mocha';
import { missingRules } from './support/rules.ts';

const folder = fileURLToPath(new URL('./', import.meta.url));
const specs = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.spec.ts'))
  .map((name) => `${folder}${name}`);

const testsOf = (suite: Suite): readonly Test[] => [...suite.tests, ...suite.suites.flatMap(testsOf)];

/** Whether it was asked for all: each file, and each test in it. */
const isWhole = (tests: readonly Test[]): boolean => {
  const files = new Set(tests.map(({ file }) => file));
  return specs.every((spec) => files.has(spec)) && tests.every((test) => test.isPending() || test.state !== undefined);
};

// Of all specs: a rule that nothing tests any more is a failure of the whole.
after('the rules of the contract have all run', function () {
  const tests = testsOf(this.test?.parent as Suite);
  const ran = tests.filter(({ state }) => state !== undefined && state !== 'pending').map(({ title }) => title);
  if (isWhole(tests)) expect(missingRules(ran), 'rules that did not run').to.deep.equal([]);
});

describe('the rules of the contract', () => {
  const titles = Array.from({ length: 53 }, (_, n) => `${String(n + 1)}. says so`);

  it('are missing where no test has run whose title begins with the number and a dot', () => {
    expect(missingRules(titles)).to.deep.equal([]);
    expect(missingRules(titles.filter((title) => !/^(7|44)\./.test(title)))).to.deep.equal([7, 44]);
    expect(missingRules(['is 1. of all', '2.5 times', '3 things', ...titles.slice(3)])).to.deep.equal([1, 2, 3]);
  });
});
