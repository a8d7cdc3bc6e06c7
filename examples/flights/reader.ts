import { packCode } from './airports.ts';

const newline = 0x0a;
const carriageReturn = 0x0d;
const comma = 0x2c;
const minus = 0x2d;
const zero = 0x30;

/**
 * Reads CSV lines from bytes, field by field, without making a string of them.
 * A field is read together with the character that must follow it; what is not as it must be makes the line not {@link intact}.
 */
export class Reader {
  /** Where the line begins. */
  start = 0;
  /** Whether all that was read of the line had its form. */
  intact = true;

  private at = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Goes to the next line, over empty ones. False at the end. */
  nextLine(): boolean {
    if (!this.intact) this.at = this.lineEnd();
    while (this.at < this.bytes.length && (this.next === newline || this.next === carriageReturn)) this.at++;
    this.start = this.at;
    this.intact = true;
    return this.at < this.bytes.length;
  }

  /** The line as text. */
  line(): string {
    return new TextDecoder().decode(this.bytes.subarray(this.start, this.lineEnd())).trimEnd();
  }

  /** A number of exactly `count` digits. */
  digits(count: number, follower: number): number {
    let value = 0;
    for (const end = this.at + count; this.at < end; this.at++) {
      const digit = this.next - zero;
      if (digit < 0 || digit > 9) this.intact = false;
      value = value * 10 + digit;
    }
    this.skip(follower);
    return value;
  }

  /** A whole number of one to five digits. */
  integer(follower: number): number {
    const negative = this.next === minus;
    if (negative) this.at++;

    const first = this.at;
    let value = 0;
    for (let digit = this.next - zero; digit >= 0 && digit <= 9; digit = this.next - zero) {
      value = value * 10 + digit;
      this.at++;
    }
    if (this.at === first || this.at > first + 5) this.intact = false;
    this.skip(follower);
    return negative ? -value : value;
  }

  /** Text of up to four bytes, packed; -1 if it is longer. */
  code(follower: number): number {
    const first = this.at;
    let code = 0;
    for (let byte = this.next; byte !== comma && byte !== newline && byte !== carriageReturn; byte = this.next) {
      code = packCode(code, byte);
      this.at++;
    }
    const fits = this.at <= first + 4;
    this.skip(follower);
    return fits ? code : -1;
  }

  private skip(character: number): void {
    if (character === newline && this.next === carriageReturn) this.at++;
    if (this.next !== character) this.intact = false;
    this.at++;
  }

  private lineEnd(): number {
    const end = this.bytes.indexOf(newline, this.start);
    return end < 0 ? this.bytes.length : end;
  }

  /** The character to be read next. The last line ends as all do, whether the file says so or not. */
  private get next(): number {
    return this.bytes[this.at] ?? newline;
  }
}
