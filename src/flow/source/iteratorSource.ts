import { EMPTY } from 'rxjs';
import { checkStep } from '../../util/checkStep.ts';
import { reportUnhandled } from '../../util/rx/reportUnhandled.ts';
import type { Source } from './Source.ts';

/** The items of an iterator, pulled when they are taken. */
export function iteratorSource<In>(iterator: Iterator<In>): Source<In> {
  let ended = false;
  let isCallingNext = false;
  let failure: { readonly error: unknown } | undefined;

  const hasEnded = (): boolean => ended;
  const close = (): void => {
    try {
      iterator.return?.();
    } catch (error) {
      reportUnhandled(error);
    }
  };
  const pull = (items: In[], max: number): void => {
    while (!hasEnded() && items.length < max) {
      isCallingNext = true;
      const step = checkStep(iterator.next());
      isCallingNext = false;
      // The iterator itself may have closed this source.
      if (step.done === true) ended = true;
      else if (hasEnded()) close();
      else items.push(step.value);
    }
  };
  return {
    arrivals$: EMPTY,
    isPulled: true,
    take: (max) => {
      const items: In[] = [];
      try {
        pull(items, max);
      } catch (error) {
        // An iterator that has thrown has ended: its `return` must not be called. The items before come first.
        ended = true;
        failure = { error };
      }
      if (items.length > 0 || failure === undefined) return items;
      const { error } = failure;
      failure = undefined;
      throw error;
    },
    waiting: undefined,
    get isDone() {
      return ended && failure === undefined;
    },
    close: () => {
      if (!ended && !isCallingNext) close();
      ended = true;
    },
  };
}
