import type { AnyTask } from '../../../../tasks/Task.ts';

/** The names of modules in messages, by the URLs of these modules on this machine. */
export class ModuleNames {
  private readonly names: ReadonlyMap<string, string>;

  /** @param modules - The checked URLs, by their names. */
  constructor(modules: ReadonlyMap<string, string>) {
    this.names = new Map([...modules].map(([name, url]) => [url, name]));
  }

  /** The name of the module of a task. @throws TypeError if machines cannot have the task. */
  of({ origin }: AnyTask): string {
    if (origin.kind !== 'module')
      throw new TypeError(
        `the function ${origin.name} cannot run on other machines, which only have tasks of modules: export it from a module, ` +
          'name the module in "modules", and use tasks(url).name',
      );
    const name = this.names.get(origin.url);
    if (name !== undefined) return name;
    throw new TypeError(`the module of task ${origin.name}, ${origin.url}, is not in "modules": ${this.list()}`);
  }

  private list(): string {
    return [...this.names].map(([url, name]) => `${name} is ${url}`).join(', ') || 'there are none';
  }
}
