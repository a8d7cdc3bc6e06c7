import { runAll } from '../../../lib/runAll.js';

export const dynamic = 'force-dynamic';

export async function GET() {
  return new Response(await runAll());
}
