import { runAll } from '../lib/runAll.js';

/** Rendered by `next build`. */
export default async function Page() {
  return <pre>{await runAll()}</pre>;
}
