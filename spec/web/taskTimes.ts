/** A part of a trace of Chromium. Times are in microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  /** The time of the processor: without the time in which the system ran other threads. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** How long a task of a page's thread took, in milliseconds. */
export interface TaskTime {
  /** By the clock, as the page's own long-task entries have it. */
  readonly wallMs: number;
  /** On the processor. */
  readonly threadMs: number;
}

/** The tasks of the threads of pages, without those of their workers. */
export function taskTimes(events: readonly TraceEvent[]): readonly TaskTime[] {
  const threads = new Set(
    events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(threadOf),
  );
  return (
    events
      .filter((event) => event.name === 'RunTask' && threads.has(threadOf(event)))
      // A task that the trace has cut has no time of its own.
      .map(({ dur = 0, tdur = dur }) => ({ wallMs: dur / 1000, threadMs: tdur / 1000 }))
  );
}

const threadOf = ({ pid, tid }: TraceEvent): string => `${String(pid)}:${String(tid)}`;
