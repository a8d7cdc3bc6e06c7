/** What {@link speedReport} tells of. */
export interface Speed {
  readonly rows: number;
  readonly workers: number;
  readonly seconds: number;
  /** The same with `workers: 0`. */
  readonly serialSeconds: number;
  /** Most memory of this process, in KiB. */
  readonly peakKib: number;
  /** Most memory of the process of DuckDB, which is no more when ours begins to work. In KiB. */
  readonly duckdbPeakKib: number;
}

/** How fast it was and what it took, as text. */
export function speedReport({ rows, workers, seconds, serialSeconds, peakKib, duckdbPeakKib }: Speed): string {
  const perSecond = Math.round(rows / seconds).toLocaleString('en');
  const speedUp = (serialSeconds / seconds).toFixed(2);

  return [
    `rows/s    ${perSecond} with ${String(workers)} workers`,
    `speed-up  ${speedUp} over workers: 0 (${seconds.toFixed(2)} s and ${serialSeconds.toFixed(2)} s, the fastest of 3 runs each, in turn)`,
    `peak RSS  ${mebibytes(peakKib)} with all threads; before, ${mebibytes(duckdbPeakKib)} in a process for DuckDB`,
  ].join('\n');
}

const mebibytes = (kib: number): string => `${String(Math.round(kib / 1024))} MiB`;
