/** Characters of stderr that are kept for the error of a crash: the native stack trace behind the reason has up to 5000. */
const LENGTH = 16_384;

/** The end of a worker's output to stderr. */
export class StderrTail {
  /** Since the worker started. */
  text = '';
  /** Since the last call to the worker. */
  recent = '';

  append(text: string): void {
    this.text = (this.text + text).slice(-LENGTH);
    this.recent = (this.recent + text).slice(-LENGTH);
  }

  startTask(): void {
    this.recent = '';
  }
}
