import { defineProcess } from './shims/process.ts';

export * from '../../support/boardTasks.ts';

defineProcess();
