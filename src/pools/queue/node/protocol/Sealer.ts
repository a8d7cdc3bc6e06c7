import { createHmac, timingSafeEqual } from 'node:crypto';
import { fromBytes, toBytes } from '../../../wire/node/bytes.ts';

const MAC_BYTES = 32;

/** Writes messages as bytes and reads them, with a signature if there is a secret. */
export class Sealer {
  private readonly secret: string | undefined;

  /** @param secret - Signs the address and the body of each message; undefined for messages without a signature. */
  constructor(secret: string | undefined) {
    this.secret = secret;
  }

  /** The bytes of a message without a signature. @throws the error of structured clone if it cannot be sent. */
  bytesOf(message: unknown): Uint8Array {
    return toBytes(message);
  }

  /** @throws the error of structured clone if the message cannot be sent; RangeError if it has more than `max` bytes. */
  seal(address: string, message: unknown, max?: number): Uint8Array {
    const body = toBytes(message, max);
    return this.secret === undefined ? body : Buffer.concat([this.sign(address, body, this.secret), body]);
  }

  /** @throws Error if the message cannot be read, or is not signed for this address. The body is read after that check. */
  open(address: string, bytes: Uint8Array): unknown {
    if (this.secret === undefined) return fromBytes(bytes);
    const mac = bytes.subarray(0, MAC_BYTES);
    const body = bytes.subarray(MAC_BYTES);
    if (mac.length !== MAC_BYTES || !timingSafeEqual(mac, this.sign(address, body, this.secret)))
      throw new Error('the message is not signed with this secret');
    return fromBytes(body);
  }

  private sign(address: string, body: Uint8Array, secret: string): Buffer {
    return createHmac('sha256', secret).update(address).update('\0').update(body).digest();
  }
}
