import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { expect } from 'chai';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

/** Where the first marble spec of an operator is, if not in the spec of its name: what starts by itself shares one. */
const SPECS: Readonly<Record<string, string>> = { startThread: 'Started', startProc: 'Started' };

/** What no diagram can be run of in virtual time, and why. */
const WITHOUT: Readonly<Record<string, string>> = {
  parallel: 'gives a promise',
  parallelAsync: 'gives a promise',
  parallelIterable: 'gives promises',
  pooled: 'gives promises',
  parallelable: 'gives a boolean',
};

/** How the rows of a doc are named in a spec: the argument of `hot` or `cold`, and `expected`. */
const ROWS = [
  { rows: ['source', 'work'], inSpec: /= (?:hot|cold)\('(.*?)'/ },
  { rows: ['result'], inSpec: /const expected = '(.*?)'/ },
];

const DIAGRAM = /^[-a-zA-Z0-9()|#]*[-|][-a-zA-Z0-9()|#]*$/;

/** The diagrams of the doc of an operator, by the names of their rows. */
function drawn(source: string): Map<string, string> {
  const [, doc = ''] = /```text\n(.*?)```/s.exec(source) ?? [];
  const rows = doc.split('\n').map((line) => line.replace(/^ \* ?/, '').split(/\s+/));
  return new Map(
    rows.flatMap(([name = '', diagram = '']) => (DIAGRAM.test(diagram) ? [[name, diagram] as const] : [])),
  );
}

/** The body of the first marble spec of a file. */
function firstSpec(spec: string): string {
  const body = spec.slice(spec.indexOf('    marbles('));
  return body.slice(0, body.indexOf('\n    }),'));
}

describe('the diagram in the doc of an operator is its first marble spec', () => {
  const operators = readdirSync(new URL('../src/operators/', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({
      name: basename(file, '.ts'),
      room: `./operators/${dirname(file)}`,
      source: read(`../src/operators/${file}`),
    }))
    .filter(({ name, source }) =>
      new RegExp(`^export (async )?function ${name.replace('Observable', '')}\\$?[<(]`, 'm').test(source),
    )
    .filter(({ source }) => source.includes('@example'));

  it('of each that gives an Observable', () => {
    const names = operators.map(({ name }) => name);

    expect(names).to.include.members([
      'parallelMap',
      'parallelObservable',
      'parallelGen',
      'inOrder',
      'values',
      'startThread',
      'bgTask',
      'threaded',
      'runProcs',
    ]);
    expect(names).to.include.members(Object.keys(WITHOUT));
  });

  for (const { name, room, source } of operators) {
    const reason = WITHOUT[name];
    if (reason !== undefined) {
      it(`${name} has none, since it ${reason}`, () => {
        expect([...drawn(source)]).to.deep.equal([]);
      });
      continue;
    }

    it(name, () => {
      const diagrams = drawn(source);
      const spec = firstSpec(read(`${room}/${SPECS[name] ?? name}.spec.ts`));

      expect([...diagrams.keys()]).to.include('result');
      for (const { rows, inSpec } of ROWS) {
        const diagram = rows.map((row) => diagrams.get(row)).find((row) => row !== undefined);
        expect(inSpec.exec(spec)?.[1]?.trim(), `the ${rows[0] ?? ''} of the spec`).to.equal(diagram);
      }
    });
  }
});
