import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/**
 * What the compiler says of a module that is nowhere but here, in this folder, and uses the package: the lines it refuses.
 */
export function compileErrors(lines: readonly string[]): readonly string[] {
  const name = path('./compiled.ts');
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
    // The public types need no types of Node, which take long to read.
    types: [],
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.esnext.disposable.d.ts'],
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
  };
  const host = ts.createCompilerHost(options);
  const program = ts.createProgram([name], options, {
    ...host,
    getSourceFile: (file, ...rest) =>
      file === name
        ? ts.createSourceFile(file, lines.join('\n'), ts.ScriptTarget.ES2022)
        : host.getSourceFile(file, ...rest),
  });
  const module = program.getSourceFile(name) as ts.SourceFile;
  const refused = new Set(
    [...program.getSyntacticDiagnostics(module), ...program.getSemanticDiagnostics(module)].map(
      ({ start = 0 }) => module.getLineAndCharacterOfPosition(start).line,
    ),
  );
  return lines.filter((_, line) => refused.has(line));
}

/** The files that `npm run check` compiles. */
export function checkedFiles(): readonly string[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    path('../../tsconfig.json'),
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
  );
  return config?.fileNames ?? [];
}
