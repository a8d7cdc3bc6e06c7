import { connect, quoted } from './duckdb.ts';

/** Sums by name: of `route LAX-JFK`, of `hour 7`, of `rejected: time`. */
export type NamedSums = Map<string, number[]>;

/** What SQL makes of the lines of the same file, by the same rules. */
export async function sqlTotals({ csv, airportsCsv }: { csv: string; airportsCsv: string }): Promise<NamedSums> {
  const connection = await connect();
  // DuckDB takes the file for a short one, and would hash the flights rather than the airports.
  await connection.run("SET disabled_optimizers = 'join_order,build_side_probe_side'");
  const reader = await connection.runAndReadAll(query(csv, airportsCsv));
  return new Map(reader.getRowsJS() as [string, number[]][]);
}

const query = (csv: string, airportsCsv: string): string => `
  WITH airports AS (
    SELECT iata, radians(latitude) AS latitude, radians(longitude) AS longitude FROM read_csv(${quoted(airportsCsv)})
  ),
  lines AS (
    FROM read_csv(
      ${quoted(csv)}, columns = { line: 'VARCHAR' }, auto_detect = false, header = false,
      delim = chr(1), quote = '', escape = '', strict_mode = false, max_line_size = 100000, buffer_size = 2000000
    )
    WHERE line IS NOT NULL
  ),
  fields AS (
    SELECT unnest(regexp_extract(
      rtrim(line, chr(13)),
      '^(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d),(-?\\d{1,5}),(-?\\d{1,5}),([^,]*),([^,]*)$',
      ['time', 'delay', 'miles', 'origin', 'destination']
    ))
    FROM lines
  ),
  flights AS (
    SELECT
      time <> '' AS formed, try_strptime(time, '%Y-%m-%d %H:%M:%S') AS time,
      try_cast(delay AS INTEGER) AS delay, try_cast(miles AS INTEGER) * 1.609344 AS flown_km,
      origin, destination
    FROM fields
  ),
  joined AS (
    SELECT flights.*, 2 * 6371.0088 * asin(sqrt(
      sin((b.latitude - a.latitude) / 2) ** 2
      + cos(a.latitude) * cos(b.latitude) * sin((b.longitude - a.longitude) / 2) ** 2
    )) AS km
    FROM flights LEFT JOIN airports a ON origin = a.iata LEFT JOIN airports b ON destination = b.iata
  ),
  judged AS (
    SELECT *, CASE
      WHEN NOT formed THEN 'form'
      WHEN time IS NULL OR time < '2001-01-01' OR time >= '2001-07-01' THEN 'time'
      WHEN km IS NULL THEN 'airport'
      WHEN origin = destination THEN 'route'
      WHEN abs(flown_km - km) > 0.02 * km THEN 'distance'
      WHEN delay < -120 OR delay >= 1380 THEN 'delay'
    END AS reason
    FROM joined
  ),
  named AS (
    SELECT
      delay, round(km) AS km,
      'rejected: ' || reason AS rejected,
      if(reason IS NULL, 'route ' || origin || '-' || destination, NULL) AS route,
      if(reason IS NULL, 'hour ' || hour(time), NULL) AS hour
    FROM judged
  )
  SELECT
    coalesce(rejected, route, hour) AS name,
    if(rejected IS NOT NULL, [count(*)], [
      count(*), sum(delay), sum(km), count(*) FILTER (delay < 0), count(*) FILTER (delay BETWEEN 0 AND 14),
      count(*) FILTER (delay BETWEEN 15 AND 59), count(*) FILTER (delay >= 60)
    ])::DOUBLE[] AS sums
  FROM named
  GROUP BY GROUPING SETS ((rejected), (route), (hour))
  HAVING name IS NOT NULL`;
