import { rename } from 'node:fs/promises';
import { connect, quoted } from './duckdb.ts';

/** Writes a Parquet file as CSV, without a header. The file has its name only when it is whole. */
export async function convert({ parquet, csv }: { parquet: string; csv: string }): Promise<void> {
  const partial = `${csv}.partial`;
  const connection = await connect();
  await connection.run(
    `COPY (FROM ${quoted(parquet)}) TO ${quoted(partial)} (FORMAT csv, HEADER false, USE_TMP_FILE false)`,
  );
  await rename(partial, csv);
}
