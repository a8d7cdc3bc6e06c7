import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse, parseAllDocuments } from 'yaml';
import { meeting } from '../../examples/machines/meeting.ts';
import { queueNamesOf } from '../../src/pools/queue/node/protocol/names.ts';

const root = new URL('../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(`examples/machines/${file}`, root), 'utf8');

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
}
interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template: {
      readonly spec: { readonly terminationGracePeriodSeconds?: number; readonly containers: readonly [Container] };
    };
    readonly scaleTargetRef: { readonly name: string };
    readonly triggers: readonly { readonly metadata: Readonly<Record<string, string>> }[];
  };
}
interface Compose {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly build?: { readonly context: string; readonly dockerfile: string };
        readonly command?: readonly string[];
        readonly environment?: Readonly<Record<string, string>>;
        readonly depends_on?: readonly string[];
        readonly stop_grace_period?: string;
      }
    >
  >;
}

/** The environment that the programs of the example read. */
const READ = ['meeting.ts', 'worker.ts'].flatMap((file) =>
  [...read(file).matchAll(/\b[A-Z]+(?:_[A-Z]+)*(?= = | \?\? )/g)].map(([name]) => name),
);
/** The files of the project in a command line, which are in the image. */
const filesOf = (args: readonly string[]): readonly string[] =>
  args.filter((arg) => /^(?:examples|dist|node_modules)\//.test(arg));
const expectFiles = (args: readonly string[]): void => {
  for (const file of filesOf(args)) expect(existsSync(new URL(file, root)), file).to.equal(true);
};
/** A machine is `rxjs-parallel worker FILE`, a program a file with three arguments. */
const expectCommand = (args: readonly string[]): void => {
  expectFiles(args);
  if (args[0] === 'dist/rxjs-parallel.js') {
    expect(args.slice(1)).to.deep.equal(['worker', 'examples/machines/worker.ts']);
    return;
  }
  const [, usage = ''] = /usage: node --import tsx (\S+(?: [A-Z]+)+)/.exec(read('program.ts')) ?? [];
  expect(args[0]).to.equal(usage.split(' ')[0]);
  expect(args).to.have.length(usage.split(' ').length);
};

describe('the manifests of the example machines', () => {
  const documents = parseAllDocuments(read('kubernetes.yaml'));
  const manifests = documents.map((document) => document.toJS() as Manifest);
  const ofKind = (kind: string): readonly Manifest[] => manifests.filter((manifest) => manifest.kind === kind);
  const { services } = parse(read('compose.yaml'), { strict: true }) as Compose;
  const graceMs = Number(/graceMs: ([\d_]+)/.exec(read('worker.ts'))?.[1]?.replace('_', ''));

  it('are YAML without errors and warnings', () => {
    const all = [...documents, ...parseAllDocuments(read('compose.yaml'))];
    expect(all.flatMap(({ errors, warnings }) => [...errors, ...warnings])).to.deep.equal([]);
    expect(all).to.have.length(6);
  });

  it('set the environment that the programs read, and start files that exist', () => {
    expect(READ).to.include.members(['REDIS_URL', 'WORKERS']);
    for (const { spec } of [...ofKind('Deployment'), ...ofKind('Job')])
      for (const { image, args, env = [] } of spec.template.spec.containers) {
        if (image.startsWith('redis')) continue;
        expect(READ).to.include.members(env.map(({ name }) => name));
        expect(env.map(({ name }) => name)).to.include('REDIS_URL');
        expectCommand(args);
      }
    for (const { build, command = [], environment = {}, depends_on: others = [] } of Object.values(services)) {
      expect(READ).to.include.members(Object.keys(environment));
      expect(Object.keys(services)).to.include.members(others);
      if (build === undefined) continue;
      expect(build).to.deep.equal({ context: '../..', dockerfile: 'examples/machines/Dockerfile' });
      if (command.length > 0) expectCommand(command);
    }
    const [, command = '[]'] = /^CMD (.*)$/m.exec(read('Dockerfile')) ?? [];
    expectCommand(JSON.parse(command) as string[]);
  });

  it('give a machine more time to end than it gives its chunks', () => {
    const [machine] = ofKind('Deployment').filter(({ metadata }) => metadata.name === 'flights-machine');
    expect(machine?.spec.template.spec.terminationGracePeriodSeconds).to.be.above(graceMs / 1000);
    expect(parseInt(services.machine?.stop_grace_period ?? '', 10)).to.be.above(graceMs / 1000);
  });

  it('scale the machines by the keys of their queue, and add one while all are full', () => {
    const [scaled] = ofKind('ScaledObject');
    const { queue } = queueNamesOf(meeting.namespace, meeting.version, undefined);
    const [waiting, active] = scaled?.spec.triggers ?? [];
    expect(waiting?.metadata).to.include({ listName: `bull:${queue}:prioritized`, listLength: '1' });
    expect(active?.metadata).to.include({ listName: `bull:${queue}:active` });

    const machine = ofKind('Deployment').find(({ metadata }) => metadata.name === scaled?.spec.scaleTargetRef.name);
    const [container] = machine?.spec.template.spec.containers ?? [];
    const workers = Number(container?.env?.find(({ name }) => name === 'WORKERS')?.value);
    const ahead = Number(/ahead: (\d+)/.exec(read('worker.ts'))?.[1]);
    expect(Number(active?.metadata.listLength)).to.be.within(1, workers + ahead - 1);
  });
});
