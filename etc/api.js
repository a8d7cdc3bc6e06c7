// Compares what users can see of the library with the reports beside this file: node etc/api.js [--write]
import { fileURLToPath } from 'node:url';
import { CompilerState, Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const root = fileURLToPath(new URL('..', import.meta.url));
const write = process.argv.includes('--write');

const strict = { default: { logLevel: 'error' } };
const none = { logLevel: 'none' };
const messages = {
  compilerMessageReporting: strict,
  tsdocMessageReporting: strict,
  extractorMessageReporting: {
    ...strict,
    // It is in the report all the same: see below.
    'ae-forgotten-export': none,
    // All is public.
    'ae-missing-release-tag': none,
    // A link may lead to another entry point, or to a function that has several signatures.
    'ae-unresolved-link': none,
    // The report says so where it is. In a list, with the numbers of lines, it would change with each edit.
    'ae-undocumented': none,
  },
};

/** The settings for the report of one entry point. */
const configOf = (entry) =>
  ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: `${root}dist/${entry}.d.ts`,
      compiler: { tsconfigFilePath: `${root}tsconfig.build.json` },
      apiReport: {
        enabled: true,
        reportFileName: `${entry}.api.md`,
        reportFolder: `${root}etc`,
        reportTempFolder: `${root}.cache/api`,
        // A type without a public name, but part of one with a name, is part of the surface, too.
        includeForgottenExports: true,
      },
      messages,
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: `${root}package.json`,
  });

const entries = new Map(['index', 'worker', 'testing', 'bullmq', 'lines'].map((entry) => [entry, configOf(entry)]));
const compilerState = CompilerState.create(entries.get('index'), {
  additionalEntryPoints: [...entries.values()].map(({ mainEntryPointFilePath }) => mainEntryPointFilePath),
});

for (const [entry, config] of entries) {
  const { succeeded, apiReportChanged } = Extractor.invoke(config, {
    compilerState,
    localBuild: write,
    printApiReportDiff: !write,
    messageCallback: (message) => {
      // Of what it says of its own course, only the difference is of use.
      if (message.category === 'console' && message.messageId !== 'console-api-report-diff') message.handled = true;
    },
  });
  if (!succeeded) process.exitCode = 1;
  if (apiReportChanged)
    console.log(
      write
        ? `etc/${entry}.api.md is new`
        : `etc/${entry}.api.md is not what users see. If that should have changed: npm run api`,
    );
}
