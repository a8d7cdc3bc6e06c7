import { TestScheduler } from 'rxjs/testing';
import { show } from '../util/check.ts';

/** A step of a run that is drawn, so many milliseconds after the step before it. */
export interface Step {
  readonly afterMs: number;
  readonly kind: 'value' | 'end' | 'throw' | 'crash';
  /** The letter of a value. */
  readonly letter?: string;
}

/** A run that is drawn. */
export interface Script {
  /** Whether the diagram is that of a task that returns, of a task that yields, or of neither. */
  readonly kind: 'result' | 'yields' | 'nothing';
  readonly steps: readonly Step[];
}

/** The last step where no end is drawn. */
const HANGS: Step = { afterMs: Infinity, kind: 'end' };

/**
 * Reads the diagram of a run as RxJS reads one in `TestScheduler.run`.
 *
 * @throws TypeError or Error if it is none.
 */
export function readMarble(marble: unknown): Script {
  if (typeof marble !== 'string') throw new TypeError(`marble must give a diagram, not ${show(marble)}`);
  if (marble.includes('^'))
    throw new TypeError(`the diagram of a run begins with its start: ${show(marble)} must not have a "^"`);

  const steps: Step[] = [];
  let atMs = 0;
  for (const { frame, notification } of TestScheduler.parseMarbles(marble, undefined, undefined, false, true)) {
    const step = stepOf(notification, frame - atMs);
    atMs = frame;
    steps.push(step);
    if (step.kind !== 'value') return scriptOf(steps);
  }
  return scriptOf([...steps, HANGS]);
}

type Notification = ReturnType<typeof TestScheduler.parseMarbles>[number]['notification'];

function stepOf(notification: Notification, afterMs: number): Step {
  if (notification.kind === 'C') return { afterMs, kind: 'end' };
  if (notification.kind === 'E') return { afterMs, kind: 'throw' };
  const letter = notification.value as string;
  return letter === 'x' ? { afterMs, kind: 'crash' } : { afterMs, kind: 'value', letter };
}

function scriptOf(steps: readonly Step[]): Script {
  const [first, second] = steps;
  if (first?.kind !== 'value') return { kind: 'nothing', steps };
  return { kind: second?.kind === 'end' && second !== HANGS ? 'result' : 'yields', steps };
}
