import type { Reader } from './reader.ts';

/** A row of the file. */
export interface Flight {
  readonly hour: number;
  /** In minutes; negative if early. */
  readonly delay: number;
  readonly miles: number;
  /** Packed code of an airport. */
  readonly origin: number;
  /** Packed code of an airport. */
  readonly destination: number;
}

const comma = 0x2c;
const dash = 0x2d;
const colon = 0x3a;
const space = 0x20;
const newline = 0x0a;

/** The file has the flights of January to June 2001. */
const daysOfMonth = [0, 31, 28, 31, 30, 31, 30];

/** Reads `2001-01-01 00:01:00,33,2176,LAS,PHL`: time, delay, miles, origin, destination. Or says what is wrong with it. */
export function readFlight(row: Reader): Flight | 'form' | 'time' {
  const year = row.digits(4, dash);
  const month = row.digits(2, dash);
  const day = row.digits(2, space);
  const hour = row.digits(2, colon);
  const minute = row.digits(2, colon);
  const second = row.digits(2, comma);
  const delay = row.integer(comma);
  const miles = row.integer(comma);
  const origin = row.code(comma);
  const destination = row.code(newline);
  if (!row.intact) return 'form';

  const inPeriod = year === 2001 && day >= 1 && day <= (daysOfMonth[month] ?? 0);
  if (!inPeriod || hour > 23 || minute > 59 || second > 59) return 'time';

  return { hour, delay, miles, origin, destination };
}
