import { TASKS_CALL } from '../tasksCall.ts';

/** The advice for an inline task that needs more than its text. */
export const ADVICE = `export the task from a module and use ${TASKS_CALL}`;
