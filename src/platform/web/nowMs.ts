const { performance } = globalThis;
const read = performance.now.bind(performance);
/** For how long this page was frozen, in milliseconds: neither its code nor that of its workers ran. */
let frozenMs = 0;
let frozenAtMs: number | undefined;

/**
 * Milliseconds by a clock that only goes forwards, from any start, and not while this page is frozen. A test may replace the
 * global one, or set it.
 */
export const nowMs = (): number => read() - frozenMs;

// Of two events that tell it, the last one before and the first one after count. Those of the document come by here, too.
const seen = ({ type }: Event): void => {
  if (type === 'freeze' || type === 'pagehide') frozenAtMs = read();
  else {
    frozenMs += read() - (frozenAtMs ?? read());
    frozenAtMs = undefined;
  }
};
for (const type of ['freeze', 'pagehide', 'resume', 'pageshow'])
  (globalThis as { addEventListener?: typeof addEventListener }).addEventListener?.(type, seen, true);
