import { parallel, ParallelError, tasks } from 'rxjs-parallel';

const { inEuros } = tasks<typeof import('./prices.ts')>(new URL('./prices.ts', import.meta.url));
const prices = [
  { amount: 10, currency: 'USD' },
  { amount: 20, currency: 'XXX' },
];

const euros = await parallel(inEuros, prices, {
  args: [new Map([['USD', 0.9]])],
  timeout: 1000, // ms for each item; a loop that does not end is ended
  onError: 'return', // the others go on
});
for (const euro of euros) console.log(euro instanceof ParallelError ? euro.message : euro);
