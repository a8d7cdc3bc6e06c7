import autocannon from 'autocannon';

const [url, duration] = process.argv.slice(2);
const { requests, latency, non2xx, errors } = await autocannon({ url, connections: 32, duration: Number(duration) });
process.send({ total: requests.total, perSecond: requests.average, p99: latency.p99, failed: non2xx + errors }, () =>
  process.disconnect(),
);
