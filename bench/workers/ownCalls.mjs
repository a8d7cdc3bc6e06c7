// The same tasks, which learn here that they are to stop.
import { currentTask } from '../../dist/worker.js';

globalThis.currentTask = currentTask;
export { empty, nap, spin } from './calls.mjs';
