/** A pool in messages. */
export function poolName(name: string | undefined): string {
  return name === undefined ? 'this pool' : `the pool ${JSON.stringify(name)}`;
}
