import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { buildPage } from './buildPage.ts';
import { installedBrowsers } from './installedBrowsers.ts';
import { postedBy } from './postedBy.ts';

/** What a page under a policy may do. */
interface Row {
  readonly policy: string;
  /** Tells the page to define a policy of Trusted Types: the default one, or one that the program uses. */
  readonly trusted?: '#default' | '#named';
  readonly served: RegExp;
  /** The same, where the program makes the URL by its policy of Trusted Types. */
  readonly servedByPolicy?: RegExp;
  readonly inline: RegExp;
  readonly inlineInServed: RegExp;
}

const DONE = /^\[2,[34]\]$/;
const ROWS: readonly Row[] = [
  {
    policy: "script-src 'self' 'unsafe-eval'; worker-src 'self' blob:",
    served: DONE,
    inline: /^\[2,3\]$/,
    inlineInServed: DONE,
  },
  {
    policy: "script-src 'self'; worker-src 'self' blob:",
    served: DONE,
    // A worker from a text has the policy of its page, and one from a URL that of its own response.
    inline: /^TaskLoadError: .*script-src without 'unsafe-eval'.*serve\(/,
    inlineInServed: DONE,
  },
  {
    policy: "script-src 'self' 'unsafe-eval'; worker-src 'self'",
    served: DONE,
    inline: /^TaskLoadError: .*worker-src.*blob:/,
    inlineInServed: DONE,
  },
  {
    policy: "script-src 'self' 'unsafe-eval'; worker-src 'none'",
    served: /^TaskLoadError: .*worker-src/,
    inline: /^TaskLoadError: .*worker-src/,
    inlineInServed: /^TaskLoadError: .*worker-src/,
  },
  {
    policy: "require-trusted-types-for 'script'",
    served: /^TaskLoadError: .*TrustedScriptURL/,
    inline: /^TaskLoadError: .*TrustedScriptURL/,
    inlineInServed: /^TaskLoadError: .*TrustedScriptURL/,
  },
  {
    policy: "require-trusted-types-for 'script'",
    trusted: '#default',
    served: DONE,
    servedByPolicy: DONE,
    inline: /^TaskLoadError: .*require-trusted-types-for.*serve\(/,
    inlineInServed: DONE,
  },
  {
    policy: "require-trusted-types-for 'script'; trusted-types workers",
    trusted: '#named',
    served: /^TaskLoadError: .*TrustedScriptURL/,
    servedByPolicy: DONE,
    inline: /^TaskLoadError: .*TrustedScriptURL/,
    inlineInServed: /^TaskLoadError: .*TrustedScriptURL/,
  },
];

describe('a page with a Content-Security-Policy', function () {
  this.timeout(60_000);
  let folder = '';

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-csp-'));
    await buildPage(folder);
    writeFileSync(join(folder, 'csp.html'), '<!doctype html><script type="module" src="/csp.js"></script>');
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const browser of installedBrowsers())
    for (const { policy, trusted = '', ...expected } of ROWS)
      it(`runs all that the policy allows, and names what it forbids, in ${browser.name}: ${policy} ${trusted}`, async () => {
        const outcomes = (await postedBy(browser, folder, {
          path: `/csp.html${trusted}`,
          headers: (path) => (path === '/csp.html' ? { 'content-security-policy': policy } : {}),
          limitMs: 40_000,
        })) as Record<string, string>;
        for (const [name, outcome] of Object.entries(expected)) expect(outcomes[name], name).to.match(outcome);
      });
});
