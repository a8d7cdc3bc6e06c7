import type { Row } from './Row.ts';

const NEXT = { next: '16.4.6', react: '19.3.1', 'react-dom': '19.3.1' };
const NEXT_BINARY = 'node_modules/next/dist/bin/next';

const next = {
  source: 'web',
  packages: NEXT,
  env: { NEXT_TELEMETRY_DISABLED: '1' },
  files: {
    'app/layout.jsx': [
      'export default function Layout({ children }) {',
      '  return (',
      '    <html>',
      '      <body>{children}</body>',
      '    </html>',
      '  );',
      '}\n',
    ].join('\n'),
    'app/page.jsx': [
      "import { Results } from './results';",
      '',
      'export default function Page() {',
      '  return <Results />;',
      '}\n',
    ].join('\n'),
    'app/results.jsx': [
      "'use client';",
      "import { useEffect } from 'react';",
      "import { postResults } from '../postResults';",
      '',
      'export function Results() {',
      '  useEffect(() => void postResults(), []);',
      '  return <p>Look at the server</p>;',
      '}\n',
    ].join('\n'),
  },
  server: (port: string) => [NEXT_BINARY, 'start', '--port', port],
} as const;

/** Bundlers whose pages need a server of their own. */
export const SERVERS: readonly Row[] = [
  {
    id: 'web-vite-dev',
    name: 'Vite 8, server for development',
    source: 'web',
    packages: { vite: '8.3.8' },
    steps: [],
    server: (port) => ['node_modules/vite/bin/vite.js', '--port', port, '--strictPort'],
  },
  { ...next, id: 'web-next', name: 'Next.js 16, Turbopack', steps: [[NEXT_BINARY, 'build']] },
  { ...next, id: 'web-next-webpack', name: 'Next.js 16, webpack', steps: [[NEXT_BINARY, 'build', '--webpack']] },
  {
    ...next,
    id: 'web-next-dev',
    name: 'Next.js 16, server for development',
    steps: [],
    server: (port) => [NEXT_BINARY, 'dev', '--port', port],
  },
];
