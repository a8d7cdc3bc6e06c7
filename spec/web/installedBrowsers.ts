import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from './Browser.ts';

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

/** The small browser that comes with WebKitGTK. It has no mode without a window. */
function webKit(): Browser | undefined {
  const display = found('Xvfb');
  const command = ['/usr/libexec', '/usr/lib', ...folders('/usr/lib')]
    .flatMap((folder) => ['webkit2gtk-4.1', 'webkitgtk-6.0'].map((version) => join(folder, version, 'MiniBrowser')))
    .find((file) => existsSync(file));
  if (display === undefined || command === undefined) return undefined;
  return {
    name: 'WebKitGTK',
    command,
    args: (url) => [url],
    env: {
      LIBGL_ALWAYS_SOFTWARE: '1',
      WEBKIT_DISABLE_COMPOSITING_MODE: '1',
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
    },
    display,
  };
}

function folders(parent: string): string[] {
  if (!existsSync(parent)) return [];
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(parent, name));
}

function found(...names: readonly string[]): string | undefined {
  return names.find((name) => spawnSync('which', [name], { stdio: 'ignore' }).status === 0);
}
