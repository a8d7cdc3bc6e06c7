import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

/** A DuckDB without a file, in little memory. */
export async function connect(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '128MB', temp_directory: '' });
  return instance.connect();
}

/** A path as SQL text. */
export const quoted = (path: string): string => `'${path.replaceAll("'", "''")}'`;
