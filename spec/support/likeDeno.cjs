// Makes the process object of a thread like that of Deno, in which threads have a `send`, and other parts of the channel throw.
const { isMainThread } = require('node:worker_threads');

if (!isMainThread) {
  process.send = () => true;
  for (const name of ['channel', 'connected'])
    Object.defineProperty(process, name, {
      configurable: true,
      get: () => {
        throw new TypeError(`process.${name} is not implemented`);
      },
    });
}
