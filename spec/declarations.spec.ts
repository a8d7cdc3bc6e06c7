import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import ts from 'typescript';
import { contextOf, SURROUNDINGS } from './support/docExamples.ts';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The examples of the docs, as modules that are nowhere else. */
const EXAMPLE = /@example[^\n]*\n *\* ```ts\n(.*?) *\* ```/gs;
const sources = readdirSync(path('../src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);
const examples = new Map(
  sources.flatMap((source) =>
    [...readFileSync(path(`../src/${source}`), 'utf8').matchAll(EXAMPLE)].map(([, lines = ''], at) => [
      path(`./docs/${source.replaceAll(/\W/g, '_')}_${String(at)}.ts`),
      contextOf(lines.replaceAll(/^ *\* ?/gm, '')),
    ]),
  ),
);
const virtual = new Map([...examples, ...SURROUNDINGS.map(([name, text]) => [path(`./docs/${name}`), text] as const)]);
const declarations = ['index', 'worker', 'testing', 'bullmq', 'lines'].map((entry) => path(`../dist/${entry}.d.ts`));

describe('the declarations of the package', function () {
  this.timeout(60_000);

  let program: ts.Program;
  before(() => {
    const options: ts.CompilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: false,
      skipDefaultLibCheck: true,
      allowImportingTsExtensions: true,
      types: [],
      typeRoots: [],
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
    };
    const disk = ts.createCompilerHost(options);
    const host: ts.CompilerHost = {
      ...disk,
      fileExists: (file) => virtual.has(file) || disk.fileExists(file),
      readFile: (file) => virtual.get(file) ?? disk.readFile(file),
      getSourceFile: (file, version) => {
        const text = virtual.get(file);
        return text === undefined ? disk.getSourceFile(file, version) : ts.createSourceFile(file, text, version);
      },
    };
    program = ts.createProgram([...declarations, ...virtual.keys()], options, host);
  });

  const problems = (inExamples: boolean): string[] =>
    ts
      .getPreEmitDiagnostics(program)
      .filter(({ file }) => virtual.has(file?.fileName ?? '') === inExamples)
      .map(({ file, messageText }) => {
        return `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
      });

  it('compile in a strict project that checks libraries and has no types of Node', () => {
    const files = program.getSourceFiles().map(({ fileName }) => fileName);

    expect(problems(false)).to.deep.equal([]);
    expect(files.filter((file) => file.includes('/dist/')).length).to.be.above(10);
    expect(files.filter((file) => file.includes('/@types/'))).to.deep.equal([]);
  });

  it('compile in a strict project that has the types of Node, and none of the DOM', () => {
    const { typeRoots, ...options } = program.getCompilerOptions();
    const onNode = ts.createProgram(declarations, { ...options, types: ['node'], lib: ['lib.es2022.d.ts'] });
    const all = onNode.getSourceFiles().filter(({ fileName }) => fileName.includes('/dist/'));

    expect(typeRoots).to.deep.equal([]);
    expect(all.length).to.be.above(10);
    expect(
      all.flatMap((file) => onNode.getSemanticDiagnostics(file)).map(({ messageText }) => messageText),
    ).to.deep.equal([]);
  });

  it('are what the examples in the docs are true of', () => {
    expect(examples.size).to.be.above(15);
    expect(problems(true)).to.deep.equal([]);
  });

  it('keep the docs of functions on their tasks', () => {
    const checker = program.getTypeChecker();
    const hover = checker.getSymbolAtLocation(program.getSourceFile(path('./docs/hover.ts')) as ts.Node);
    const [all] = checker.getExportsOfModule(hover as ts.Symbol);
    const task = checker.getTypeOfSymbol(all as ts.Symbol).getProperty('thumbnail');

    expect(ts.displayPartsToString(task?.getDocumentationComment(checker))).to.equal('Makes a small picture.');
  });

  it('are documented, functions with all their parameters and an example, interfaces with all their members', () => {
    const checker = program.getTypeChecker();
    const missing = declarations.flatMap((entry) => {
      const module = program.getSourceFile(entry);
      const exported = module && checker.getSymbolAtLocation(module);
      return exported === undefined
        ? [entry]
        : checker.getExportsOfModule(exported).flatMap((name) => lacks(name, checker));
    });
    expect(missing).to.deep.equal([]);
  });
});

/** What the doc of an export has not. */
function lacks(exported: ts.Symbol, checker: ts.TypeChecker): string[] {
  const found = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const declared = found.declarations ?? [];
  return [
    ...(found.getDocumentationComment(checker).length === 0 ? ['a sentence'] : []),
    ...(declared.some((one) => ts.isFunctionDeclaration(one) || ts.isClassDeclaration(one)) &&
    !has(found, 'see', checker)
      ? ['what to see']
      : []),
    ...declared
      .filter(ts.isFunctionDeclaration)
      .slice(0, 1)
      .flatMap((one) => functionLacks(found, one, checker)),
    ...declared.filter(ts.isInterfaceDeclaration).flatMap((one) => membersLack(one, checker)),
  ].map((what) => `${found.name} lacks ${what}`);
}

/** A function with parameters checks them: its docstring says what it throws, or that its promise rejects. */
function functionLacks(found: ts.Symbol, { parameters }: ts.FunctionDeclaration, checker: ts.TypeChecker): string[] {
  const documented = found
    .getJsDocTags(checker)
    .flatMap(({ name, text }) => (name === 'param' ? [text?.[0]?.text] : []));
  const sentences = ts.displayPartsToString(found.getDocumentationComment(checker));
  const tellsErrors = has(found, 'throws', checker) || /\brejects\b/.test(sentences);
  return [
    ...parameters.map(({ name }) => name.getText()).filter((name) => !documented.includes(name)),
    ...(has(found, 'example', checker) ? [] : ['an example']),
    ...(parameters.length === 0 || tellsErrors ? [] : ['what it throws']),
  ];
}

/** The members that have no sentence of their own. */
function membersLack({ members }: ts.InterfaceDeclaration, checker: ts.TypeChecker): string[] {
  return members.flatMap((member) => {
    const name = member.name && checker.getSymbolAtLocation(member.name);
    return name?.getDocumentationComment(checker).length === 0 ? [`a sentence on ${member.name?.getText() ?? ''}`] : [];
  });
}

function has(found: ts.Symbol, tag: string, checker: ts.TypeChecker): boolean {
  return found.getJsDocTags(checker).some(({ name }) => name === tag);
}
