import { expect } from 'chai';
import { transfer, transferListOf } from '../../src/tasks/transfer.ts';

describe('transfer', () => {
  it('gives the value back, and remembers what to move with it', () => {
    const value = { bytes: new Uint8Array(8) };
    expect(transfer(value, [value.bytes.buffer])).to.equal(value);
    expect(transferListOf(value)).to.deep.equal([value.bytes.buffer]);
    expect(value.bytes.byteLength).to.equal(8);
  });

  it('takes a value that is moved itself', () => {
    const buffer = new ArrayBuffer(8);
    transfer(buffer, [buffer]);
    expect(transferListOf(buffer)).to.deep.equal([buffer]);
  });

  it('remembers nothing of other values, nor of the parts of one', () => {
    const value = { bytes: new Uint8Array(8) };
    transfer(value, [value.bytes.buffer]);
    for (const other of [value.bytes, {}, undefined, null, 5, 'text'])
      expect(transferListOf(other)).to.equal(undefined);
  });

  it('takes a primitive with nothing to move', () => {
    expect(transfer(5, [])).to.equal(5);
    expect(transfer(null, [])).to.equal(null);
  });

  it('refuses a primitive with something to move', () => {
    const list = [new ArrayBuffer(1)];
    expect(() => transfer(5, list)).to.throw(
      TypeError,
      'value must be an object that holds what is to be moved, not 5',
    );
    expect(() => transfer(null, list)).to.throw(TypeError, 'not null');
  });

  it('refuses a list that is none', () => {
    const buffer = new ArrayBuffer(1);
    expect(() => transfer(buffer, buffer as never)).to.throw(
      TypeError,
      'list must be an array, not an object of ArrayBuffer',
    );
  });

  it('is seen through another copy of the module', async () => {
    const copy = (await import(
      `../../src/tasks/transfer.ts?copy=${String(1)}`
    )) as typeof import('../../src/tasks/transfer.ts');
    const buffer = new ArrayBuffer(8);
    copy.transfer(buffer, [buffer]);
    expect(transferListOf(buffer)).to.deep.equal([buffer]);
  });
});
