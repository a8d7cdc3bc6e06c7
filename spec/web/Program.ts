import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';

interface Options {
  /** Its folder. Default: that of this process. */
  readonly cwd?: string;
  /** Ends it. An X server that is killed leaves files behind. */
  readonly endBy: 'SIGTERM' | 'SIGKILL';
  readonly stdio?: StdioOptions;
  /** Called after this process has ended the program by the way, since it ends itself. */
  readonly onKilled?: () => void;
}

/** A program with all its processes, which end with this process at the latest: also when it is told to end by a signal. */
export class Program {
  readonly child: ChildProcess;
  private readonly exited: Promise<unknown>;
  private readonly atExit: () => void;
  private readonly endBy: NodeJS.Signals;

  constructor(
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    { cwd, endBy, stdio = 'ignore', onKilled }: Options,
  ) {
    this.endBy = endBy;
    exitOnSignals();
    // Its processes are a group, which ends as one.
    this.child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio, detached: true });
    this.exited = new Promise((resolve) => {
      this.child.once('exit', resolve);
      this.child.once('error', resolve);
    });
    this.atExit = () => {
      this.signal();
      onKilled?.();
    };
    process.once('exit', this.atExit);
  }

  /** Ends it, and waits for that. */
  async end(): Promise<void> {
    this.signal();
    await this.exited;
    process.off('exit', this.atExit);
  }

  private signal(): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, this.endBy);
    } catch {
      // None of them is left.
    }
  }
}

const ENDING = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
let exits = false;

/** Node calls what waits for the end of a process, but not where a signal ends it. */
function exitOnSignals(): void {
  if (exits) return;
  exits = true;
  for (const [signal, code] of Object.entries(ENDING))
    process.once(signal, () => {
      process.exit(code);
    });
}
