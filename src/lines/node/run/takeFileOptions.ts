import { checkFunction, show } from '../../../util/check.ts';
import { takeChecked, type Option } from '../../../util/options.ts';
import type { LineBlocksConfig } from '../LineBlocksConfig.ts';
import { BLOCK_OPTIONS } from '../LineBlocksConfig.ts';
import type { MapFileConfig } from '../MapFileConfig.ts';
import type { MappedBlock } from '../task/blockTask.ts';

const OWN_OPTIONS = {
  header: {
    check: (name, value) => {
      if (typeof value !== 'string') throw new TypeError(`${name} must be a string, not ${show(value)}`);
    },
  },
  onBlock: { check: checkFunction },
} as const satisfies Record<string, Option>;

const OF_BLOCKS = Object.keys(BLOCK_OPTIONS) as readonly (keyof LineBlocksConfig)[];
const OF_RUN = [
  'workers',
  'pool',
  'args',
  'chunkSize',
  'bufferSize',
  'priority',
  'timeout',
  'retry',
  'crashRetries',
  'signal',
  'progress',
] as const satisfies readonly (keyof MapFileConfig)[];

/** The options of {@link mapFile}, sorted by the functions that take them. */
export interface FileOptions<Out extends MappedBlock> extends Pick<MapFileConfig<Out>, 'header' | 'onBlock'> {
  readonly ofBlocks: LineBlocksConfig;
  readonly ofRun: Pick<MapFileConfig, (typeof OF_RUN)[number]>;
}

/** Checks the options, and sorts them. The values of those of the run are checked by the run. */
export function takeFileOptions<Out extends MappedBlock>(given: MapFileConfig<Out>): FileOptions<Out> {
  const all = { ...BLOCK_OPTIONS, ...OWN_OPTIONS };
  const config = takeChecked(given, all, [...OF_BLOCKS, ...OF_RUN, ...Object.keys(OWN_OPTIONS)]);
  return {
    ...pick(config, ['header', 'onBlock']),
    ofBlocks: pick(config, OF_BLOCKS),
    ofRun: pick(config, OF_RUN),
  };
}

function pick<T extends object, Name extends keyof T>(config: T, names: readonly Name[]): Pick<T, Name> {
  const given = names.filter((name) => config[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, config[name]])) as Pick<T, Name>;
}
