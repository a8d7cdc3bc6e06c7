import { nowMs } from './nowMs.ts';

const readHrtime = process.hrtime.bigint.bind(process.hrtime);

/** What the clock that all threads of this process have in common showed when that of this thread showed 0, in milliseconds. */
export function clockOriginMs(): number {
  return Number(readHrtime()) / 1e6 - nowMs();
}
