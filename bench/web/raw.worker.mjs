import { all } from './tasks.mjs';

// A batch by hand.
addEventListener('message', ({ data: { name, items } }) => {
  postMessage(items.map(all[name]));
});
