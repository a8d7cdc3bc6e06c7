import { serve } from '../../../../src/worker.ts';
import * as images from './images.ts';

const lost = new URLSearchParams(location.search).get('lost') ?? 'nothing';

// A message that cannot be read is an event of another type: so it is here with those that have a text.
addEventListener('message', (event) => {
  if (!JSON.stringify(event.data ?? 0).includes(lost)) return;
  event.stopImmediatePropagation();
  dispatchEvent(new MessageEvent('messageerror'));
});
serve(images);
