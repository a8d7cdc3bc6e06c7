// Each way to use the packed package, and its own specs, with each Node that it is for. Prints a table, and ends with 1 if
// anything fails.
//
//   npm run test:matrix -- --skip suite                    without the specs, which take minutes for each Node
//   npm run test:matrix -- --only vite --only tsx          the rows whose ids begin so
//   npm run test:matrix -- --node 22 --node 20.19.0        other versions
//   npm run test:matrix -- --gate                          a row of each kind that the gate takes, with this Node
//   npm run test:matrix -- --keep                          leaves the projects where they are, to look at
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { concatMap, from, lastValueFrom, mergeMap, toArray } from 'rxjs';
import { failure, fillCell, type Cell } from './cell.ts';
import type { Consumer } from './Consumer.ts';
import { CONSUMERS } from './consumers.ts';
import { hasPassed } from './hasPassed.ts';
import { install, pack, projectKey } from './install.ts';
import { installNode, ownNode, type NodeVersion } from './nodes.ts';
import { SCRIPTS } from './scripts.ts';
import { fillSuiteCell } from './suite.ts';
import { drawTable, type Row } from './table.ts';

const { values } = parseArgs({
  options: {
    gate: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    node: { type: 'string', multiple: true, default: ['20', '22', '24', '26'] },
    only: { type: 'string', multiple: true, default: [''] },
    skip: { type: 'string', multiple: true, default: [] },
  },
});
const SUITE = { id: 'suite', name: 'The specs of the package itself' };
/** The number of programs that are installed and built at once: a machine has at least two cores. */
const AT_A_TIME = 2;

const isChosen = ({ id }: { readonly id: string }): boolean =>
  values.only.some((start) => id.startsWith(start)) && !values.skip.some((start) => id.startsWith(start));

const ALL: readonly Consumer[] = [...CONSUMERS, ...SCRIPTS];
const chosen = ALL.filter((consumer) => (values.gate ? consumer.gate === true : isChosen(consumer)));
const withSuite = isChosen(SUITE) && !values.gate;
if (chosen.length === 0 && !withSuite) {
  const ids = [...ALL, SUITE].map(({ id }) => id);
  throw new RangeError(`nothing is chosen of ${ids.join(', ')}`);
}

const folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-matrix-'));
const rows = await fillTable();
if (values.keep) console.log(`kept in ${folder}`);
else rmSync(folder, { recursive: true, force: true });
process.exitCode = Number(!hasPassed(rows, values.gate));

async function fillTable(): Promise<Row[]> {
  const nodes: NodeVersion[] = [];
  if (values.gate) nodes.push(await ownNode());
  else for (const range of values.node) nodes.push(await installNode(range));
  const packed = await pack(folder);

  const filled = await lastValueFrom(
    from(sharedProjects()).pipe(
      mergeMap((consumers) => {
        const installing = install(consumers[0], folder, packed);
        return from(consumers).pipe(
          concatMap(async (consumer) => ({ consumer, row: await fillRow(consumer, nodes, installing) })),
        );
      }, AT_A_TIME),
      toArray(),
    ),
  );
  const rows = chosen.flatMap((consumer) => filled.filter((one) => one.consumer === consumer).map(({ row }) => row));
  // Alone, since some of them are about time.
  if (withSuite) rows.push(await fillSuiteRow(nodes));
  console.log(`\n${drawTable(rows, nodes)}`);
  return rows;
}

/** The consumers that are chosen, those together that can share a project. */
function sharedProjects(): (readonly [Consumer, ...Consumer[]])[] {
  const projects = new Map<string, [Consumer, ...Consumer[]]>();
  for (const consumer of chosen) {
    const key = projectKey(consumer);
    const sharing = projects.get(key);
    if (sharing === undefined) projects.set(key, [consumer]);
    else sharing.push(consumer);
  }
  return [...projects.values()];
}

async function fillRow(consumer: Consumer, nodes: readonly NodeVersion[], installing: Promise<string>): Promise<Row> {
  const cells: Cell[] = [];
  try {
    const project = await installing;
    for (const node of nodes) cells.push(tell(consumer.id, node, await fillCell(consumer, project, node)));
  } catch (error) {
    for (const node of nodes) cells.push(tell(consumer.id, node, failure(error, 'the installation: ')));
  }
  return { name: consumer.name, cells };
}

async function fillSuiteRow(nodes: readonly NodeVersion[]): Promise<Row> {
  const cells: Cell[] = [];
  for (const node of nodes) cells.push(tell(SUITE.id, node, await fillSuiteCell(node)));
  return { name: SUITE.name, cells };
}

/** Says at once how a cell was filled: the table comes much later. */
function tell(id: string, { version }: NodeVersion, cell: Cell): Cell {
  console.log(`${id}, Node ${version}: ${cell.kind}${cell.kind === 'works' ? '' : `, ${cell.reason}`}`);
  if (cell.kind === 'fails' && cell.log !== undefined) console.log(cell.log.replaceAll(/^/gm, '  '));
  return cell;
}
