// Plain JavaScript, so that one name is true in src and in dist; a name that no other program has, should it lie beside
// one. All it does is in serve.ts.

if (process.send !== undefined) {
  // A parent that is gone before this process has booted leaves nobody to work for, and nobody to tell.
  const leave = () => process.exit(0);
  if (!process.connected) leave();
  process.on('error', leave);
  process.on('disconnect', leave);
}

void import('./serve.ts').then(({ serve }) => {
  serve();
});
