/**
 * Files of lines: cuts them into blocks, which workers read and map, and writes what comes of it. For Node alone.
 *
 * @packageDocumentation
 */
export type { LineBlock } from './lines/node/LineBlock.ts';
export { lineBlocks } from './lines/node/lineBlocks.ts';
export type { LineBlocksConfig } from './lines/node/LineBlocksConfig.ts';
export { mapFile } from './lines/node/mapFile.ts';
export type { MapFileConfig } from './lines/node/MapFileConfig.ts';
export type { MappedBlock, TextMemory } from './lines/node/task/blockTask.ts';
export { mapBlocks } from './lines/node/task/mapBlocks.ts';
export { mapLines, type MapLinesConfig, type MappedLines } from './lines/node/task/mapLines.ts';
