import { expect } from 'chai';
import { LocalPool, parallel, ThreadPool } from 'rxjs-parallel';
import { prometheusOf } from '../../examples/service/prometheus.ts';

/** The series of a text, by name and labels; fails where a line is none. */
function seriesOf(text: string): ReadonlyMap<string, number> {
  const series = new Map<string, number>();
  for (const line of text.trim().split('\n')) {
    if (/^# TYPE rxjs_parallel_\w+ (counter|gauge|histogram)$/.test(line)) continue;
    const found = /^(\w+\{\w+="(?:[^"\\]|\\.)*"(?:,le="[^"]+")?\}) ([\d.e+-]+)$/.exec(line);
    expect(found, line).not.to.equal(null);
    const [, name = '', value] = found ?? [];
    expect(series.has(name), name).to.equal(false);
    series.set(name, Number(value));
  }
  return series;
}

describe('the recipe for Prometheus', function () {
  this.timeout(30_000);

  it('gives the figures of all pools, in its text format, in seconds', async () => {
    await using photos = new ThreadPool({ workers: 1, name: 'the "photos"' });
    await using texts = new LocalPool();
    const nap = (ms: number): Promise<number> =>
      new Promise((resolve) =>
        setTimeout(() => {
          resolve(ms);
        }, ms),
      );
    await parallel(nap, [30, 30], { pool: photos, chunkSize: 1 });
    await parallel((n: number) => n, [1, 2, 3], { pool: texts });

    const pools = [photos.stats(), texts.stats()];
    const series = seriesOf(prometheusOf(pools));
    const of = (name: string, label: string): number | undefined =>
      series.get(`rxjs_parallel_${name}{pool="${label}"}`);
    expect([of('items_total', 'the \\"photos\\"'), of('items_total', 'local')]).to.deep.equal([2, 3]);
    expect(of('busy_seconds_total', 'the \\"photos\\"')).to.equal((pools[0]?.busyMs ?? 0) / 1000);
    expect([of('job_seconds_count', 'the \\"photos\\"'), of('size', 'local')]).to.deep.equal([2, 1]);
    const buckets = [...series].filter(([name]) => name.startsWith('rxjs_parallel_job_seconds_bucket{pool="the'));
    const counts = buckets.map(([, count]) => count);
    expect(counts).to.have.length(14);
    expect(counts).to.deep.equal([...counts].sort((a, b) => a - b));
    expect(counts.at(-1)).to.equal(2);
    expect(series.get('rxjs_parallel_job_seconds_bucket{pool="the \\"photos\\"",le="0.025"}')).to.equal(0);
  });
});
