import { readdirSync, readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { expect } from 'chai';
import * as library from '../src/index.ts';
import * as testing from '../src/testing.ts';
import * as worker from '../src/worker.ts';
import ts from 'typescript';
import { RUN_OPTIONS } from '../src/operators/config/options.ts';
import { CONSUMERS } from './matrix/consumers.ts';

/** Defaults that the README says in words. */
const IN_WORDS = { args: 'none', timeout: 'no bound', scheduler: '`asyncScheduler`' };

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../README.md');

describe('the README', () => {
  const examples = readdirSync(new URL('../examples/readme/', import.meta.url)).map((name) =>
    read(`../examples/readme/${name}`).trim(),
  );
  const snippets = [...readme.matchAll(/```ts\n(.*?)\n```/gs)].map(([, snippet = '']) => snippet);

  /** The tables of options, a row as name, type and default. */
  const tables = [...readme.matchAll(/^\| option .*\n\|[ -|]*\n((?:\|.*\n)+)/gm)].map(([, rows = '']) =>
    rows
      .trim()
      .split('\n')
      .map((row) => row.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|')))
      .map(([, name = '', type = '', value = '']) => ({ name: bare(name), type: bare(type), value })),
  );

  it('has four examples, with the modules of their tasks', () => {
    expect(snippets.length).to.equal(6);
  });

  for (const snippet of snippets)
    it(`shows an example as it runs: ${/^.*(?:rxjs-parallel|export).*$/m.exec(snippet)?.[0] ?? ''}`, () => {
      expect(examples).to.include(snippet);
    });

  it('has a row for each way to use the package that test:matrix tries', () => {
    const rows = [...readme.matchAll(/^\| (.*?) +\| [✔–]/gm)].map(([, name]) => name);

    expect(rows).to.deep.equal([...CONSUMERS.map(({ name }) => name), 'The specs of the package itself']);
    expect(readme).to.not.match(/^\| .* \| ✘|drawn yet/m);
  });

  it('names the oldest TypeScript, which the matrix holds', () => {
    const [, typescript = ''] = /TypeScript ([\d.]+) or later/.exec(readme) ?? [];
    const oldest = CONSUMERS.filter(({ id }) => id.startsWith('oldest'));
    expect(oldest.length).to.be.above(1);
    for (const { name, packages } of oldest) {
      expect(name).to.include(`TypeScript ${typescript}`);
      expect(packages.typescript).to.match(new RegExp(`^${typescript.replace('.', '\\.')}\\.`));
    }
  });

  it('has the options of a run, in their order, with the defaults that they have', () => {
    const rows = tables.find(([first, second]) => first?.name === 'workers' && second?.name === 'pool') ?? [];
    expect(rows.map(({ name }) => name)).to.deep.equal(Object.keys(RUN_OPTIONS));

    for (const [name, option] of Object.entries(RUN_OPTIONS)) {
      if (!('default' in option)) continue;
      const { value } = rows.find((row) => row.name === name) ?? {};
      const shown = (IN_WORDS as Partial<Record<string, string>>)[name] ?? inspect(option.default);
      expect(bare(value ?? '')).to.equal(bare(shown));
    }
  });

  for (const [name, file] of [
    ['ParallelConfig', '../src/operators/config/ParallelConfig.ts'],
    ['WorkerPoolConfig', '../src/pools/workers/config/WorkerPoolConfig.ts'],
  ] as const)
    it(`has a table of the options of ${name}, as they are declared`, () => {
      const declared = optionsOf(name, read(file));
      const last = declared.at(-1)?.name;
      expect(tables.find((rows) => rows.at(-1)?.name === last)).to.deep.equal(declared);
    });

  it('says of the copying of results when it is, as the worker does it', () => {
    const [, flushMs = ''] = /FLUSH_MS = (\d+)/.exec(read('../src/pools/worker-side/TaskServer.ts')) ?? [];
    expect(readme).to.include(`**Results are copied when they are sent**, up to ${flushMs} ms after`);
  });

  for (const name of [library, testing, worker].flatMap((entry) => Object.keys(entry)))
    it(`names ${name}`, () => {
      expect(readme).to.include(name);
    });
});

interface Option {
  readonly name: string;
  readonly type: string;
  /** The default. */
  readonly value: string;
}

function bare(cell: string): string {
  return cell.replaceAll(/^`|`$/g, '');
}

/** Types that the table writes in another form than the declaration. */
const TYPES: Readonly<Record<string, string>> = {
  Policy: "'throw' | 'skip' | 'return'",
  'Readonly<Args>': 'readonly unknown[]',
  'Initializer<InitArgs>': 'Initializer',
  'Given<InitArgs>': 'readonly unknown[]',
};

/** The options that an interface declares; a default without what it says of other cases. */
function optionsOf(name: string, text: string): Option[] {
  const file = ts.createSourceFile('options.ts', text, ts.ScriptTarget.ES2022, true);
  const found = file.statements.find((one) => ts.isInterfaceDeclaration(one) && one.name.text === name);
  return (found as ts.InterfaceDeclaration).members.filter(ts.isPropertySignature).map((member) => {
    const type = member.type?.getText() ?? '';
    const tag = ts.getJSDocTags(member).find(({ tagName }) => tagName.text === 'defaultValue');
    const value = ts.getTextOfJSDocComment(tag?.comment) ?? '';
    return { name: member.name.getText(), type: TYPES[type] ?? type, value: value.replace(/[;:].*$/s, '').trim() };
  });
}
