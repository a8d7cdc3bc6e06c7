import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { installedBrowsers, openPage } from './Browser.ts';
import { buildPage } from './buildPage.ts';
import { PageServer } from './PageServer.ts';

/** What a page under a policy may do. */
interface Row {
  readonly policy: string;
  readonly served: RegExp;
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
];

// Policies of other browsers have other messages.
const browser = installedBrowsers().find(({ name }) => name === 'Chromium');

describe('a page with a Content-Security-Policy, in Chromium', function () {
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

  for (const { policy, ...expected } of browser === undefined ? [] : ROWS)
    it(`runs all that the policy allows, and names what it forbids: ${policy}`, async () => {
      const server = new PageServer(folder, (path) =>
        path === '/csp.html' ? { 'content-security-policy': policy } : {},
      );
      const posted = server.posted('/results');
      const close = openPage(browser as NonNullable<typeof browser>, `${await server.listen()}/csp.html`);
      try {
        const outcomes = (await Promise.race([posted, sleep(40_000, {}, { ref: false })])) as Record<string, string>;
        for (const [name, outcome] of Object.entries(expected)) expect(outcomes[name], name).to.match(outcome);
      } finally {
        await close();
        server.close();
      }
    });
});
