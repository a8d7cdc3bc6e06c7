/** The settings on which a program and its machines agree. Both sides have the same names of modules. */
export const meeting = {
  connection: process.env.REDIS_URL ?? 'redis://localhost:6379',
  modules: { clean: new URL('../flights/clean.ts', import.meta.url) },
  namespace: 'flights',
  version: '1',
  leaseMs: 2000,
};
