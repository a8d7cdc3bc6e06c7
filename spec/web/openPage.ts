import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from './Browser.ts';
import { Program } from './Program.ts';
import { startDisplay } from './startDisplay.ts';

/** Opens a page. @returns what closes the browser. */
export async function openPage({ command, args, env, display }: Browser, url: string): Promise<() => Promise<void>> {
  const home = mkdtempSync(join(tmpdir(), 'rxjs-parallel-browser-'));
  const clean = (): void => {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  const screen = display === undefined ? undefined : await startDisplay(display);
  const browser = new Program(
    command,
    args(url, home),
    { ...env, HOME: home, TMPDIR: home, ...(screen && { DISPLAY: screen.name }) },
    { endBy: 'SIGKILL', onKilled: clean },
  );
  return async () => {
    await browser.end();
    await screen?.program.end();
    clean();
  };
}
