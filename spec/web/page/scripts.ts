import { tasks } from '../../../src/index.ts';
import type { Tasks } from '../../../src/tasks/tasks.ts';
import type * as Images from './tasks/images.ts';

/** The tasks of the specs, in a script of their own. */
export const images = tasks(
  () => new Worker(new URL('./tasks/images.worker.ts', import.meta.url), { type: 'module' }),
  () => import('./tasks/images.ts'),
);

/** Other tasks, in another script. */
export const other = tasks(
  () => new Worker(new URL('./tasks/other.worker.ts', import.meta.url), { type: 'module' }),
  () => import('./tasks/other.ts'),
);

/** Workers that the page has started by {@link watched}. */
export const started: Worker[] = [];

/** The same as {@link images}, and keeps the workers. */
export const watched = tasks<typeof Images>(() => {
  const worker = new Worker(new URL('./tasks/images.worker.ts', import.meta.url), { type: 'module' });
  started.push(worker);
  return worker;
});

/** The same. The page terminates so many of the workers, the first ones, as soon as a task announces that it runs there. */
export const terminating = (limit: number): Tasks<typeof Images> => {
  let count = 0;
  return tasks<typeof Images>(() => {
    const worker = new Worker(new URL('./tasks/images.worker.ts', import.meta.url), { type: 'module' });
    started.push(worker);
    count += 1;
    if (count <= limit)
      worker.addEventListener('message', ({ data }) => {
        if (data === 'it runs') worker.terminate();
      });
    return worker;
  });
};
