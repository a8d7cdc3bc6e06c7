const { handler } = require('./main.js');

void (async () => {
  await handler();
  process.stdout.write(await handler());
})();
