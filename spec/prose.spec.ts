import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';

const root = new URL('../', import.meta.url);

const inFolder = (folder: string, ending: string): string[] =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`);

const PAGES = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', 'mutation/README.md'];
/** All files with prose, except this one, which has counterexamples. */
const FILES = [
  ...['src', 'examples', 'spec'].flatMap((folder) => inFolder(folder, '.ts')),
  ...['etc', 'bench', 'spec/support'].flatMap((folder) =>
    ['.js', '.mjs'].flatMap((ending) => inFolder(folder, ending)),
  ),
  ...['docs', 'examples', '.changeset'].flatMap((folder) => inFolder(folder, '.md')),
  ...PAGES,
].filter((file) => !file.includes('node_modules') && file !== 'spec/prose.spec.ts');

/** A sentence starts a line of text, follows another one, or is a part of a list or of a table. */
const START = String.raw`(?:^[\s*/]*|[.!?] |[-|] |@\w+ (?:\S+ )?- )`;
const VERBS =
  'is|was|were|has|have|had|may|can|could|would|will|must|comes?|makes?|becomes|happens|runs?|outlives|settles|prepares|' +
  'starts?|prints?|leaves|types|opens|knows?|wants?|reads?|listens|waits?|ends?|subscribes?|does|do|sets|takes|goes|costs|' +
  'heard|kills|awaits|needs|completes|to';
const RIDDLE = new RegExp(String.raw`${START}(?:Who|Whoever|What (?:${VERBS}))\b`);

/** Lines with a sentence that leaves open which thing it is about, and is no question. */
const riddles = (text: string): string[] =>
  text.split('\n').filter((line) => RIDDLE.test(line) && !line.trimEnd().endsWith('?'));

/** Names that a reader has to learn, each with the term of the field that is used instead. */
const PRIVATE: Readonly<Record<string, string>> = {
  'last words': 'exit report',
  deathbed: 'exit report',
  LiveWorker: 'WorkerClient',
  SlotRun: 'JobRun',
  WorkerSide: 'TaskServer',
  Stopwatch: 'Watchdog',
  Surroundings: 'WorkerEnvironment',
  takeApart: 'toParts',
  leftBehind: 'unsendableReason',
  canCross: 'isCloneable',
};
const PRIVATE_NAME = new RegExp(String.raw`\b(?:${Object.keys(PRIVATE).join('|')})\b`);

describe('prose', () => {
  it('names the thing a sentence is about, instead of "who" or "what"', () => {
    expect(riddles('Fast. Who waits is told.')).to.have.length(1);
    expect(riddles(' * @param items - What to run.')).to.have.length(1);
    expect(riddles(' * What a task can know of its run.')).to.deep.equal([]);
    expect(riddles('What is a worker?')).to.deep.equal([]);

    const found = FILES.flatMap((file) =>
      riddles(readFileSync(new URL(file, root), 'utf8')).map((line) => `${file}: ${line.trim()}`),
    );
    expect(found).to.deep.equal([]);
  });

  it('uses the terms of the field, and no private names', () => {
    const found = FILES.flatMap((file) => {
      const [name] = PRIVATE_NAME.exec(readFileSync(new URL(file, root), 'utf8')) ?? [];
      return name === undefined ? [] : [`${file}: ${name}, in place of ${PRIVATE[name] ?? ''}`];
    });
    expect(found).to.deep.equal([]);
  });
});
