import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A browser of this machine, which shows one page without a screen. */
export interface Browser {
  readonly name: string;
  /** The program. */
  readonly command: string;
  /** Its arguments for a page. @param home - A folder of its own. */
  readonly args: (url: string, home: string) => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The browsers that are installed here. Nothing is installed for them. */
export function installedBrowsers(): readonly Browser[] {
  return [chromium(), firefox(), webKit()].filter((browser) => browser !== undefined);
}

function chromium(): Browser | undefined {
  const command = found('chromium', 'chromium-browser', 'google-chrome');
  if (command === undefined) return undefined;
  return {
    name: 'Chromium',
    command,
    args: (url, home) => [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-dev-shm-usage'],
      ...[`--user-data-dir=${home}`, url],
    ],
  };
}

function firefox(): Browser | undefined {
  const command = found('firefox-esr', 'firefox');
  if (command === undefined) return undefined;
  return { name: 'Firefox', command, args: (url, home) => ['--headless', '--no-remote', '--profile', home, url] };
}

/** The small browser that comes with WebKitGTK. */
function webKit(): Browser | undefined {
  const command = found('xvfb-run');
  const mini = ['/usr/lib', ...folders('/usr/lib')]
    .map((folder) => join(folder, 'webkit2gtk-4.1', 'MiniBrowser'))
    .find((file) => existsSync(file));
  if (command === undefined || mini === undefined) return undefined;
  return {
    name: 'WebKitGTK',
    command,
    args: (url) => ['-a', mini, url],
    env: {
      LIBGL_ALWAYS_SOFTWARE: '1',
      WEBKIT_DISABLE_COMPOSITING_MODE: '1',
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
    },
  };
}

function folders(parent: string): string[] {
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(parent, name));
}

function found(...names: readonly string[]): string | undefined {
  return names.find((name) => spawnSync('which', [name], { stdio: 'ignore' }).status === 0);
}

/** Opens a page. @returns what closes the browser. */
export function openPage({ command, args, env }: Browser, url: string): () => Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'rxjs-parallel-browser-'));
  const browser = spawn(command, args(url, home), {
    env: { ...process.env, HOME: home, ...env },
    stdio: 'ignore',
    // Its processes are a group, which ends as one.
    detached: true,
  });
  return async () => {
    await end(browser);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
}

async function end(browser: ChildProcess): Promise<void> {
  if (browser.pid === undefined || browser.exitCode !== null) return;
  const exited = new Promise((resolve) => browser.once('exit', resolve));
  process.kill(-browser.pid, 'SIGKILL');
  await exited;
}
