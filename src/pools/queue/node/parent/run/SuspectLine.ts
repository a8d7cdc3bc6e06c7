/** The jobs that may each be to blame for the same lost machines. One of them has a chunk in the queue at a time. */
export class SuspectLine {
  private current: object | undefined;
  private readonly waiting = new Map<object, () => void>();

  /** @param send - Called when no other job of this line has a chunk in the queue: at once if it is the turn of this job. */
  enter(job: object, send: () => void): void {
    if (this.current !== undefined && this.current !== job) {
      this.waiting.set(job, send);
      return;
    }
    this.current = job;
    send();
  }

  /** Lets the next job send its chunk. Does nothing to a job that is not in this line. */
  leave(job: object): void {
    this.waiting.delete(job);
    if (this.current !== job) return;
    this.current = undefined;
    for (const [next, send] of this.waiting) {
      this.waiting.delete(next);
      this.enter(next, send);
      return;
    }
  }
}
