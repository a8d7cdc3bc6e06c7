import { printReport } from './report.ts';
import type { Soak } from './soak.ts';

const LOOK_EVERY_MS = 1000;
const HANGS_AFTER_MS = 60_000;
const TELL_EVERY_MS = 10_000;
/** Most outstanding items that are named. */
const MOST_NAMED = 10;

/** Says how far the soak has come, and ends the program with what is outstanding when nothing happens any more. */
export function watchForHang(soak: Soak): NodeJS.Timeout {
  let settled = 0;
  let changedAtMs = performance.now();
  let toldAtMs = performance.now();

  return setInterval(() => {
    const now = performance.now();
    const settledNow = soak.streams.reduce((sum, { ledger }) => sum + ledger.settled, 0);
    if (settledNow !== settled) changedAtMs = now;
    settled = settledNow;
    if (now - toldAtMs >= TELL_EVERY_MS) {
      toldAtMs = now;
      console.error(`${String(settled)} items have settled, ${String(soak.chaos.killed)} workers were killed`);
    }
    if (now - changedAtMs >= HANGS_AFTER_MS) giveUp(soak);
  }, LOOK_EVERY_MS);
}

function giveUp(soak: Soak): never {
  const { chaos, problems, streams } = soak;
  problems.add(
    `nothing has settled for ${String(HANGS_AFTER_MS / 1000)} s, with ${String(chaos.living)} workers alive`,
  );
  for (const { name, ledger } of streams) {
    const indices = [...ledger.outstanding()];
    problems.add(
      `${name}: ${String(indices.length)} of ${String(ledger.taken)} items are outstanding: ${indices.slice(0, MOST_NAMED).join(', ')}`,
    );
  }
  printReport(soak);
  process.exit(1);
}
