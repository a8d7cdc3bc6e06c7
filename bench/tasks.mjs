// The tasks of all cases, as every contender loads them: from this file, by name.

/** Keeps a core busy. The clock costs 0.1 µs, which every contender pays alike. */
function burn(us) {
  const end = performance.now() + us / 1000;
  while (performance.now() < end);
}

export const us0 = (n) => n;
export const us1 = (n) => (burn(1), n);
export const us10 = (n) => (burn(10), n);
export const us100 = (n) => (burn(100), n);
export const us1000 = (n) => (burn(1000), n);
export const linear = (x) => x * 2 + 1;
export const same = (item) => item;
export const length = (buffer) => buffer.byteLength;
/** Nine of ten items are quick. */
export const skewed = (n) => (burn(n % 10 === 0 ? 500 : 20), n);
/** The first item is slow. */
export const slowHead = (n) => (burn(n === 0 ? 1_000_000 : 1), n);
export const endless = () => {
  for (;;);
};
