import { write } from './element.js';

/** Counts the tasks of this thread that take longer than 50 ms, during which a page cannot answer. Not all browsers tell them. */
export function showLongTasks() {
  if (!PerformanceObserver.supportedEntryTypes.includes('longtask')) {
    write('long', 'not told');
    return;
  }
  let count = 0;
  write('long', count);
  new PerformanceObserver((list) => {
    count += list.getEntries().length;
    write('long', count);
  }).observe({ type: 'longtask' });
}
