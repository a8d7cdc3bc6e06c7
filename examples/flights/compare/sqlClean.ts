import { DuckDBInstance } from '@duckdb/node-api';
import { quoted } from '../duckdb.ts';

/**
 * Cleans the file by SQL alone, in two threads: the same rows, the same columns, and the sums by route, by hour and by reason.
 * Other than in `sqlTotals`, the columns are parsed by DuckDB, as one would write it: the data is tidy enough.
 */
export async function sqlClean({
  csv,
  airportsCsv,
  out,
}: {
  readonly csv: string;
  readonly airportsCsv: string;
  readonly out: string;
}): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  const startedAt = performance.now();
  await connection.run(judged(csv, airportsCsv));
  await connection.run(`
    COPY (
      SELECT strftime(time, '%Y-%m-%dT%H:%M') AS time, origin, origin_state, destination, destination_state, km, delay,
        CASE WHEN delay < 0 THEN 'early' WHEN delay < 15 THEN 'on time' WHEN delay < 60 THEN 'late' ELSE 'very late' END AS class
      FROM judged WHERE reason IS NULL
    ) TO ${quoted(out)} (FORMAT csv, HEADER true)`);
  for (const key of ['origin, destination', 'hour(time)', 'reason'])
    await connection.runAndReadAll(`
      SELECT ${key}, count(*), sum(delay), sum(km), count(*) FILTER (delay < 0), count(*) FILTER (delay BETWEEN 0 AND 14),
        count(*) FILTER (delay BETWEEN 15 AND 59), count(*) FILTER (delay >= 60)
      FROM judged WHERE (reason IS NULL) = ${String(key !== 'reason')} GROUP BY ALL`);
  const seconds = (performance.now() - startedAt) / 1000;
  connection.closeSync();
  instance.closeSync();
  return seconds;
}

const judged = (csv: string, airportsCsv: string): string => `
  CREATE TEMP TABLE judged AS
  WITH airports AS (
    SELECT iata, state, radians(latitude) AS latitude, radians(longitude) AS longitude
    FROM read_csv(${quoted(airportsCsv)})
  ),
  flights AS (
    FROM read_csv(${quoted(csv)}, header = false, auto_detect = false, columns = {
      time: 'TIMESTAMP', delay: 'INTEGER', miles: 'INTEGER', origin: 'VARCHAR', destination: 'VARCHAR'
    })
  ),
  joined AS (
    SELECT flights.*, a.state AS origin_state, b.state AS destination_state, 2 * 6371.0088 * asin(sqrt(
      sin((b.latitude - a.latitude) / 2) ** 2
      + cos(a.latitude) * cos(b.latitude) * sin((b.longitude - a.longitude) / 2) ** 2
    )) AS exact_km
    FROM flights LEFT JOIN airports a ON origin = a.iata LEFT JOIN airports b ON destination = b.iata
  )
  SELECT *, round(exact_km)::INTEGER AS km, CASE
    WHEN time < '2001-01-01' OR time >= '2001-07-01' THEN 'time'
    WHEN exact_km IS NULL THEN 'airport'
    WHEN origin = destination THEN 'route'
    WHEN abs(miles * 1.609344 - exact_km) > 0.02 * exact_km THEN 'distance'
    WHEN delay < -120 OR delay >= 1380 THEN 'delay'
  END AS reason
  FROM joined`;
