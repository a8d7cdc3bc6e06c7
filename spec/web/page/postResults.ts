/** How a test of the page has ended. */
export interface PageResult {
  readonly title: readonly string[];
  readonly ms: number;
  /** The error of a test that has failed. */
  readonly error?: string;
}

/** Runs the tests of this page, and posts how they end to the server that it comes from. */
export async function postResults(): Promise<void> {
  const results: PageResult[] = [];
  const runner = mocha.run();
  // Named where the page does not come to its end.
  runner.on('test', (test) => {
    navigator.sendBeacon('/begun', test.fullTitle());
  });
  runner.on('pass', (test) => {
    results.push({ title: test.titlePath(), ms: test.duration ?? 0 });
  });
  runner.on('fail', (test, error: Error) => {
    results.push({ title: test.titlePath(), ms: 0, error: textOf(error) });
  });
  await new Promise((resolve) => runner.on('end', resolve));
  await fetch('/results', { method: 'POST', body: JSON.stringify({ agent: navigator.userAgent, results }) });
}

/** Not all browsers write the message above the stack. */
function textOf(error: Error): string {
  const { stack = '' } = error;
  return stack.includes(error.message) ? stack : `${String(error)}\n${stack}`;
}
