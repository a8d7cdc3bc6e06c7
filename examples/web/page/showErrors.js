import { element } from './element.js';

/** Shows errors that nothing handles. RxJS throws those of a stream whose subscriber has no handler. */
export function showErrors() {
  addEventListener('error', ({ message }) => {
    const shown = element('error', HTMLElement);
    shown.textContent = message;
    shown.hidden = false;
  });
}
