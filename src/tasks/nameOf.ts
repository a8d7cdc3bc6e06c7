/** A name of a function for messages. Its `name` may be anything: a static member of a class hides it. */
export function nameOf(task: { readonly name: unknown }): string {
  return typeof task.name === 'string' && task.name !== '' ? task.name : 'anonymous';
}
