/** How a file of tests is written. */
export interface TestStyle {
  readonly language: 'js' | 'ts';
  /** What names the module of the tasks. */
  readonly module: string;
  /** The object that has the timers of the test runner. */
  readonly timers: 'import.meta.jest' | 'jest' | 'vi';
}

/** A file of tests, by its name: two runs at once in each pool, and while timers are faked. */
export function testProgram({ language, module, timers }: TestStyle): Record<string, string> {
  const isTyped = language === 'ts';
  const imports = isTyped || timers !== 'jest';
  const taking = (names: string, from: string): string =>
    imports ? `import { ${names} } from '${from}';` : `const { ${names} } = require('${from}');`;

  return {
    [`main.test.${language}`]: `
${taking('from, lastValueFrom, map, toArray', 'rxjs')}
${taking('parallelMap, tasks', 'rxjs-parallel')}

const { double } = tasks${isTyped ? "<typeof import('./tasks')>" : ''}(${module});
const square = (n${isTyped ? ': number' : ''}) => n * n;

const all = (task${isTyped ? ': typeof square | typeof double' : ''}, where${isTyped ? ': object' : ''}) =>
  lastValueFrom(
    from([1, 2, 3]).pipe(
      parallelMap(task, { workers: 2, ordered: true, ...where }),
      map(([, result]) => result),
      toArray(),
    ),
  );
const both = async (where${isTyped ? ': object' : ''}) =>
  expect(await Promise.all([all(double, where), all(square, where)])).toEqual([
    [2, 4, 6],
    [1, 4, 9],
  ]);

for (const where of [{ pool: 'thread' }, { pool: 'process' }, { workers: 0 }])
  test('two runs with ' + JSON.stringify(where), () => both(where));

test('two runs in threads, while the timers of tests are faked', async () => {
  ${timers}.useFakeTimers();
  await both({ pool: 'thread' }).finally(() => ${timers}.useRealTimers());
});
`,
  };
}
