import { defineProcess } from './shims/process.ts';

export * from '../../support/poolContract/poolTasks.ts';

defineProcess();
