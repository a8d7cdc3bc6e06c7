import * as library from '../../src/index.ts';
import * as lines from '../../src/lines.ts';
import * as machines from '../../src/bullmq.ts';
import * as testing from '../../src/testing.ts';
import * as worker from '../../src/worker.ts';

/** What the examples in docs take for granted, as files beside them. */
export const SURROUNDINGS: readonly (readonly [name: string, text: string])[] = [
  [
    'images.ts',
    '/** Makes a small picture. */ export const thumbnail = (path: string): Uint8Array => new Uint8Array(path.length);',
  ],
  [
    'hover.ts',
    "import { tasks } from 'rxjs-parallel'; export const all = tasks<typeof import('./images.ts')>('/images.ts');",
  ],
  ['pages.ts', 'export const render = (url: string): string => `<h1>${url}</h1>`;'],
  ['search.ts', 'export const search = (text: string): readonly string[] => [text];'],
  ['clean.ts', 'export const clean = (row: string): string => row.trim();'],
  [
    'lines.ts',
    "import { mapLines } from 'rxjs-parallel/lines'; export const upperCase = mapLines((line) => line.toUpperCase());",
  ],
  [
    'classifier.ts',
    `export class Classifier {
      readonly path: string;
      constructor(path: string) {
        this.path = path;
      }
      process(batch: readonly string[]): string[] {
        return batch.map((text) => this.path + text);
      }
    }`,
  ],
  [
    'surroundings.d.ts',
    `declare const photos: string[], urls: string[], texts: string[], files: string[], scenes: string[];
    declare const rows$: import('rxjs').Observable<string>, typed$: import('rxjs').Observable<string>;
    declare const question: string;
    declare function thumbnail(path: string): Uint8Array;
    declare function clean(row: string): string;
    declare function render(scene: string): Promise<Uint8Array>;
    declare function measure(file: string): Promise<number>;
    declare function slowHash(path: string, rounds: number): string;
    declare function deepThought(question: string): number;
    declare function isPrime(n: number): boolean;
    declare function naturals(): Generator<number>;
    declare function task(n: number): number;
    declare function sendStatistics(): Promise<void>;
    declare function save(index: number, jpeg: Uint8Array): void;
    declare function show(index: number, value: unknown): void;
    declare function showAll(found: readonly string[]): void;
    declare function assertDeepEqual(actual: unknown, expected: unknown): void;
    declare class HttpError extends Error {}
    declare class ValidationError extends Error {}
    declare const file: unknown, sink: unknown;
    declare const output: { write(text: Uint8Array): Promise<unknown> };
    declare function lines(file: unknown): AsyncIterable<string>;
    declare function pipeline(
      source: unknown,
      first: (source: unknown) => AsyncIterable<string>,
      second: (rows: AsyncIterable<string>) => AsyncIterable<string>,
      sink: unknown,
    ): Promise<void>;`,
  ],
];

const IMPORTS = Object.entries({
  'rxjs-parallel': Object.keys(library),
  'rxjs-parallel/bullmq': Object.keys(machines),
  'rxjs-parallel/lines': Object.keys(lines),
  'rxjs-parallel/testing': Object.keys(testing),
  'rxjs-parallel/worker': Object.keys(worker).filter((name) => !(name in library)),
  rxjs: ['filter', 'from', 'lastValueFrom', 'map', 'switchMap', 'take', 'toArray'],
  'rxjs/testing': ['TestScheduler'],
}).map(([from, names]) => `import { ${names.join(', ')} } from '${from}';\n`);

/** An example as a module that imports all that it may use. */
export function contextOf(example: string): string {
  return `${IMPORTS.join('')}${example}\nexport {};\n`;
}
