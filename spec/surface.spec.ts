import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import * as library from '../src/index.ts';
import * as bullmq from '../src/bullmq.ts';
import * as lines from '../src/lines.ts';
import * as testing from '../src/testing.ts';
import * as worker from '../src/worker.ts';

// A name that is here is a promise to users: to take one away is a major version. What stands behind each is in etc/*.api.md.
const entries = {
  index: {
    exported: library,
    values: [
      'LocalPool',
      'ParallelError',
      'PoolClosedError',
      'ProcessPool',
      'QueueFullError',
      'TaskCloneError',
      'TaskError',
      'TaskLoadError',
      'TaskTimeoutError',
      'ThreadPool',
      'WorkerCrashError',
      'bgTask',
      'inOrder',
      'parallel',
      'parallel$',
      'parallelAsync',
      'parallelGen',
      'parallelIterable',
      'parallelMap',
      'parallelable',
      'pooled',
      'pooled$',
      'registerError',
      'runProcs$',
      'startProc$',
      'startThread$',
      'tasks',
      'threaded$',
      'values',
    ],
    types: [
      'AnyTask',
      'AnyTaskFunction',
      'BatchFunction',
      'Buckets',
      'CallConfig',
      'CloseConfig',
      'ConfigOf',
      'Indexed',
      'Initializer',
      'Items',
      'Job',
      'LocalPoolConfig',
      'ParallelAsyncConfig',
      'ParallelConfig',
      'ParallelErrorDetails',
      'ParallelGenConfig',
      'Pool',
      'PoolChoice',
      'PoolStats',
      'Pooled',
      'PooledConfig',
      'PooledMembers',
      'PooledObservable',
      'Processor',
      'ProcessorClass',
      'ProcessorTask',
      'Progress',
      'QueueFullDetails',
      'Received',
      'Returned',
      'RunProcsConfig',
      'RunsIn',
      'Settlements',
      'Started',
      'Takes',
      'TakesAll',
      'TakesItem',
      'Task',
      'TaskFunction',
      'TaskOrigin',
      'TaskStyle',
      'Teardown',
      'ThreadedConfig',
      'TransferOf',
      'TransferableObject',
      'Work',
      'WorkerDeath',
      'WorkerPoolConfig',
    ],
  },
  worker: {
    exported: worker,
    values: ['currentTask', 'registerError', 'serve', 'transfer'],
    types: ['TaskContext', 'TransferableObject'],
  },
  testing: {
    exported: testing,
    values: ['MemoryEngine', 'VirtualPool'],
    types: [
      'Duration',
      'Fate',
      'MemoryEngineConfig',
      'MemoryMessage',
      'RandomDuration',
      'VirtualDurations',
      'VirtualMarbles',
      'VirtualPoolConfig',
      'VirtualRun',
      'VirtualTrace',
    ],
  },
  lines: {
    exported: lines,
    values: ['lineBlocks', 'mapBlocks', 'mapFile', 'mapLines'],
    types: [
      'LineBlock',
      'LineBlocksConfig',
      'MapFileConfig',
      'MapLinesConfig',
      'MappedBlock',
      'MappedLines',
      'TextMemory',
    ],
  },
  bullmq: {
    exported: bullmq,
    values: ['QueuePool', 'serveTasks'],
    types: [
      'Machine',
      'MachineServer',
      'MeetingConfig',
      'QueueDepth',
      'QueuePoolConfig',
      'RedisConnectionConfig',
      'ServeConfig',
      'TaskModules',
    ],
  },
};

const EXPORT = /^export (type )?\{(.*?)\} from '.*?';$/gms;

/** The names of the types that an entry point exports: those of no value. */
function typesOf(source: string): readonly string[] {
  return [...source.matchAll(EXPORT)].flatMap(([, type = '', names = '']) =>
    [...`,${names}`.matchAll(/,\s*(type )?(?:\w+ as )?(\w[\w$]*)/g)]
      .filter(([, each = '']) => type !== '' || each !== '')
      .map(([, , name = '']) => name),
  );
}

for (const [entry, { exported, values, types }] of Object.entries(entries))
  describe(`the entry point ${entry}`, () => {
    const source = readFileSync(new URL(`../src/${entry}.ts`, import.meta.url), 'utf8');

    it('exports these values, and no other', () => {
      expect(Object.keys(exported).sort()).to.deep.equal(values);
    });

    it('exports these types, and no other', () => {
      expect([...typesOf(source)].sort()).to.deep.equal(types);
    });

    it('has nothing in it but re-exports', () => {
      expect(
        source
          .replace(/^\/\*\*.*?\*\/\n/s, '')
          .replaceAll(EXPORT, '')
          .trim(),
      ).to.equal('');
    });
  });
