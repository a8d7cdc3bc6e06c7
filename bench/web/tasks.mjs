// The tasks of all contenders.

/** The rounds of a loop that take about a microsecond. Pages have no clock that is as fine. */
const ROUNDS = 610;

/** Keeps a core busy, and gives a small integer, so that nothing of the loop can be left out. */
function burn(us, n) {
  let value = n & 0xffff;
  for (let round = us * ROUNDS; round > 0; round -= 1) value = (value * 31 + round) & 0xffff;
  return value;
}

export const empty = (n) => n;
export const us10 = (n) => burn(10, n);
export const us100 = (n) => burn(100, n);
export const us1000 = (n) => burn(1000, n);
export const all = { empty, us10, us100, us1000 };
