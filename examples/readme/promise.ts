import { parallel } from 'rxjs-parallel';

const isPrime = (n: number): boolean => {
  for (let d = 2; d * d <= n; d += 1) if (n % d === 0) return false;
  return n > 1;
};

// A function is sent as its source text: it sees its arguments, and nothing around it.
const primes = await parallel(isPrime, [1_000_003, 1_000_033, 1_000_035], { workers: 2, progress: true });
console.log(primes); // [true, true, false]
