import { Subject } from 'rxjs';

/** A run of a program, on this machine. */
export interface RemoteRun {
  readonly from: string;
  /** The same array in all jobs of the run. */
  readonly args: readonly unknown[];
  readonly ended$: Subject<void>;
}

/** The active runs of which this machine has received chunks. */
export class RemoteRuns {
  private readonly runs = new Map<string, RemoteRun & { readonly name: string }>();

  /** @param from - The stream of the program. Names of runs are unique only within a program. */
  get(from: string, name: string, args: readonly unknown[]): RemoteRun {
    const key = keyOf(from, name);
    let run = this.runs.get(key);
    if (run === undefined) {
      run = { from, name, args, ended$: new Subject() };
      this.runs.set(key, run);
    }
    return run;
  }

  /** The names of the runs of each program. */
  byProgram(): ReadonlyMap<string, readonly string[]> {
    const names = new Map<string, string[]>();
    for (const { from, name } of this.runs.values()) {
      const of = names.get(from) ?? [];
      of.push(name);
      names.set(from, of);
    }
    return names;
  }

  end(from: string, name: string): void {
    const key = keyOf(from, name);
    const run = this.runs.get(key);
    this.runs.delete(key);
    run?.ended$.next();
    run?.ended$.complete();
  }

  /** Ends all runs of a program. */
  endAll(from: string): void {
    for (const run of [...this.runs.values()]) if (run.from === from) this.end(from, run.name);
  }
}

function keyOf(from: string, name: string): string {
  return `${from} ${name}`;
}
