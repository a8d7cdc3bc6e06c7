import type { SchedulerLike } from 'rxjs';
import type { Clock } from '../../pools/queue/engine/Clock.ts';

/** The clock of a scheduler. */
export function schedulerClock(scheduler: SchedulerLike): Clock {
  return {
    now: () => scheduler.now(),
    after: (ms, call) => {
      const action = scheduler.schedule(call, ms);
      return () => {
        action.unsubscribe();
      };
    },
  };
}
