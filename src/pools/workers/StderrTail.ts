/** Characters of a worker's stderr that are kept for the error of a crash. */
const LENGTH = 4096;

/** The end of what a worker has written to stderr. */
export class StderrTail {
  /** Since the worker started. */
  text = '';
  /** Since the worker was given something to do. */
  recent = '';

  append(text: string): void {
    this.text = (this.text + text).slice(-LENGTH);
    this.recent = (this.recent + text).slice(-LENGTH);
  }

  /** The worker is given something to do. */
  startTask(): void {
    this.recent = '';
  }
}
