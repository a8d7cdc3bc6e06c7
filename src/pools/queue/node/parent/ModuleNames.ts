import type { AnyTask } from '../../../../tasks/Task.ts';

/** The names by which modules cross to machines, by the URLs that they have here. */
export class ModuleNames {
  private readonly names: ReadonlyMap<string, string>;

  /** @param modules - The URLs by the names, as checked. */
  constructor(modules: ReadonlyMap<string, string>) {
    this.names = new Map([...modules].map(([name, url]) => [url, name]));
  }

  /** The name of the module of a task. @throws TypeError where machines have no such task. */
  of({ origin }: AnyTask): string {
    if (origin.kind !== 'module')
      throw new TypeError(
        `the function ${origin.name} cannot run on other machines, which have modules by name: export it from a module, ` +
          'name the module in "modules", and use tasks(url).name',
      );
    const name = this.names.get(origin.url);
    if (name !== undefined) return name;
    throw new TypeError(`task ${origin.name} is of ${origin.url}, which is none of "modules": ${this.list()}`);
  }

  private list(): string {
    return [...this.names].map(([url, name]) => `${name} is ${url}`).join(', ') || 'there are none';
  }
}
