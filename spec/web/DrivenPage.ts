import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filter, firstValueFrom, ReplaySubject } from 'rxjs';
import type { Browser } from './Browser.ts';
import { DevTools, PIPE_FLAG } from './DevTools.ts';
import { Program } from './Program.ts';
import { taskTimes, type TraceEvent } from './taskTimes.ts';

interface Evaluated<T> {
  readonly result: { readonly value: T };
  readonly exceptionDetails?: { readonly text: string; readonly exception?: { readonly description?: string } };
}

interface Navigated {
  readonly loaderId: string;
  /** Why there is no page. */
  readonly errorText?: string;
}

interface Lifecycle {
  readonly name: string;
  readonly loaderId: string;
}

/** A page in Chromium, on which a spec clicks and types. */
export class DrivenPage {
  private readonly devTools: DevTools;
  private readonly closeBrowser: () => Promise<void>;

  private constructor(devTools: DevTools, closeBrowser: () => Promise<void>) {
    this.devTools = devTools;
    this.closeBrowser = closeBrowser;
  }

  /** Starts Chromium. */
  static async open({ command, args }: Browser): Promise<DrivenPage> {
    const home = mkdtempSync(join(tmpdir(), 'rxjs-parallel-browser-'));
    const clean = (): void => {
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    };
    const program = new Program(
      command,
      [PIPE_FLAG, ...args('about:blank', home)],
      { HOME: home, TMPDIR: home },
      { endBy: 'SIGKILL', stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], onKilled: clean },
    );
    const devTools = new DevTools(program);
    const { targetId } = await devTools.send<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
    const attached = await devTools.send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
    devTools.sessionId = attached.sessionId;
    await devTools.send('Page.enable');
    await devTools.send('Page.setLifecycleEventsEnabled', { enabled: true });
    return new DrivenPage(devTools, async () => {
      await program.end();
      clean();
    });
  }

  /** Ends Chromium. */
  async close(): Promise<void> {
    await this.closeBrowser();
  }

  /** Sets the size of the page, in CSS pixels. A phone has a finer screen, and is touched. */
  async resize(width: number, height: number, mobile = false): Promise<void> {
    const deviceScaleFactor = mobile ? 3 : 1;
    await this.devTools.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor, mobile });
    await this.devTools.send('Emulation.setTouchEmulationEnabled', { enabled: mobile });
    await this.devTools.send('Emulation.setScrollbarsHidden', { hidden: true });
  }

  /** Opens a page, and waits until it has loaded. The page before it may have loaded meanwhile, which is told by the same event. */
  async goTo(url: string): Promise<void> {
    const events$ = new ReplaySubject<Lifecycle>(Infinity);
    const seen = this.devTools.events$<Lifecycle>('Page.lifecycleEvent').subscribe(events$);
    const { loaderId, errorText } = await this.devTools.send<Navigated>('Page.navigate', { url });
    if (errorText !== undefined) throw new Error(`${url}: ${errorText}`);
    await firstValueFrom(events$.pipe(filter((event) => event.name === 'load' && event.loaderId === loaderId)));
    seen.unsubscribe();
  }

  /** Calls a function in the page. It sees its arguments, and the globals of the page. */
  async call<Out, Args extends readonly unknown[]>(fn: (...args: Args) => Out, ...args: Args): Promise<Awaited<Out>> {
    const expression = `(${String(fn)})(...${JSON.stringify(args)})`;
    const { result, exceptionDetails } = await this.devTools.send<Evaluated<Awaited<Out>>>('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails === undefined) return result.value;
    throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  }

  /** Clicks on an element with the mouse: on a place of it, in parts of its width and height. */
  async click(selector: string, right = 0.5, down = 0.5): Promise<void> {
    const at = { ...(await this.placeOf(selector, right, down)), button: 'left', clickCount: 1 };
    await this.devTools.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...at });
    await this.devTools.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...at });
  }

  /** Touches an element with a finger. */
  async touch(selector: string): Promise<void> {
    const touchPoints = [await this.placeOf(selector, 0.5, 0.5)];
    await this.devTools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
    await this.devTools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  }

  /** Types into the element that has the focus, one letter after the other. */
  async type(text: string): Promise<void> {
    for (const letter of text) await this.devTools.send('Input.insertText', { text: letter });
  }

  /** Runs a function, and resolves with the tasks of the page's thread meanwhile. */
  async traced(work: () => Promise<void>): Promise<ReturnType<typeof taskTimes>> {
    const events: TraceEvent[] = [];
    const parts = this.devTools
      .events$<{ value: readonly TraceEvent[] }>('Tracing.dataCollected')
      .subscribe(({ value }) => {
        events.push(...value);
      });
    const includedCategories = ['__metadata', 'disabled-by-default-devtools.timeline'];
    await this.devTools.send('Tracing.start', { traceConfig: { includedCategories, excludedCategories: ['*'] } });
    await work();
    const complete = firstValueFrom(this.devTools.events$('Tracing.tracingComplete'));
    await this.devTools.send('Tracing.end');
    await complete;
    parts.unsubscribe();
    return taskTimes(events);
  }

  /** Freezes the page: its timers and its messages wait. */
  async freeze(): Promise<void> {
    await this.devTools.send('Page.setWebLifecycleState', { state: 'frozen' });
  }

  /** Lets a frozen page go on. */
  async restore(): Promise<void> {
    await this.devTools.send('Page.setWebLifecycleState', { state: 'active' });
    await this.devTools.send('Page.bringToFront');
  }

  /** Writes what the page looks like to a file. */
  async screenshot(file: string): Promise<void> {
    const params = { captureBeyondViewport: true };
    const { data } = await this.devTools.send<{ data: string }>('Page.captureScreenshot', params);
    writeFileSync(file, Buffer.from(data, 'base64'));
  }

  private async placeOf(selector: string, right: number, down: number): Promise<{ x: number; y: number }> {
    return await this.call(
      (css, across, along) => {
        const element = document.querySelector(css);
        if (element === null) throw new Error(`no element is ${css}`);
        element.scrollIntoView({ block: 'center', behavior: 'instant' });
        const { left, top, width, height } = element.getBoundingClientRect();
        return { x: left + width * across, y: top + height * along };
      },
      selector,
      right,
      down,
    );
  }
}
