// Plain JavaScript, so that the file has the same name in src and in dist. The name is unique, since a bundler may put the
// file next to files of other packages. The program itself is in serve.ts.

const { isMainThread } = require('node:worker_threads');

// In Deno, a thread has a `process.send` too, whose other properties throw.
if (isMainThread && process.send !== undefined) {
  // If the parent ends before this process has booted, this process has no work.
  const leave = () => process.exit(0);
  if (!process.connected) leave();
  process.on('error', leave);
  process.on('disconnect', leave);
}

void import('./serve.ts').then(({ serve }) => {
  serve();
});
