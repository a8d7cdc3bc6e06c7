// Fails where the package cannot be published yet: node etc/releasable.js [package.json]
import { readFileSync } from 'node:fs';

/** Stands in package.json where the owner of the repository has to be filled in. */
const PLACEHOLDER = 'OWNER-TO-FILL-IN';

const manifest = JSON.parse(readFileSync(process.argv[2] ?? new URL('../package.json', import.meta.url), 'utf8'));

// npm shows the README with its relative links, which it looks up in the repository.
const faults = ['homepage', 'bugs', 'repository'].flatMap((field) => {
  const written = JSON.stringify(manifest[field] ?? '');
  if (written.includes(PLACEHOLDER)) return [`${field} still has ${PLACEHOLDER}: fill in the owner of the repository`];
  return written.includes('https://') ? [] : [`${field} has no https: address`];
});

if (faults.length > 0) {
  console.error(faults.map((fault) => `package.json: ${fault}`).join('\n'));
  process.exitCode = 1;
}
