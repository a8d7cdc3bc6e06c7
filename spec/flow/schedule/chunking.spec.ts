import { expect } from 'chai';
import { chunking } from '../../../src/flow/schedule/chunking.ts';

describe('chunking', () => {
  it('keeps to a size that is given', () => {
    const chunks = chunking(7);

    chunks.observe(7, 1000);
    chunks.observe(7, 0);
    expect(chunks.limit).to.equal(7);
  });

  it('begins with one item, and aims at 25 ms a chunk', () => {
    const chunks = chunking(undefined);

    expect(chunks.limit).to.equal(1);
    chunks.observe(1, 3);
    expect(chunks.limit).to.equal(8);
    chunks.observe(8, 42);
    expect(chunks.limit).to.equal(5);
  });

  it('grows eightfold at most, since a first measurement says little', () => {
    const chunks = chunking(undefined);

    for (const limit of [8, 64, 512, 4096, 8192, 8192]) {
      chunks.observe(chunks.limit, 0);
      expect(chunks.limit).to.equal(limit);
    }
  });

  it('shrinks at once, to one item at least', () => {
    const chunks = chunking(undefined);

    for (const items of [1, 8]) chunks.observe(items, items);
    expect(chunks.limit).to.equal(25);
    chunks.observe(25, 25 * 49);
    expect(chunks).to.include({ limit: 2, shortLimit: 1 });
    chunks.observe(1, 60_000);
    expect(chunks.limit).to.equal(1);
  });

  it('keeps a message to 2 ms of sending, however short the work', () => {
    const chunks = chunking(undefined);

    chunks.observe(1, 1.5, 0.25);
    expect(chunks.limit).to.equal(8);
    chunks.observe(8, 8, 8);
    expect(chunks.limit).to.equal(2);
    chunks.observe(6, 6, 0);
    expect(chunks.limit).to.equal(3);
    chunks.observe(3, 30, 30);
    expect(chunks.limit).to.equal(1);
  });

  it('holds a twelfth of what it allows, about 2 ms of work, and one item worth a message', () => {
    const chunks = chunking(undefined);

    expect(chunks.min).to.equal(1);
    for (const items of [1, 4, 16, 64]) chunks.observe(items, items / 10);
    expect(chunks).to.include({ limit: 250, min: 20 });
    chunks.observe(250, 2500);
    expect(chunks).to.include({ limit: 12, shortLimit: 3, min: 1 });
    expect(chunking(7).min).to.equal(7);
  });

  it('weighs the last two chunks by their items', () => {
    const chunks = chunking(undefined);

    chunks.observe(1, 10);
    chunks.observe(2, 5);
    expect(chunks.limit).to.equal(5);
    chunks.observe(5, 10);
    expect(chunks.limit).to.equal(8);
    chunks.observe(5, 40);
    expect(chunks.limit).to.equal(4);
  });

  it('lets a chunk of a long run be longer: a quarter of the time of the run, up to 100 ms', () => {
    const chunks = chunking(undefined);

    for (const [items, workedMs] of [
      [25, 25],
      [175, 200],
      [25, 225],
      [175, 400],
      [400, 800],
      [10_000, 10_800],
    ] as const) {
      for (let grown = 0; grown < 4 && workedMs === 25; grown += 1) chunks.observe(0.001, 0.001);
      chunks.observe(items, items);
      expect(chunks).to.include({
        limit: Math.floor(Math.min(100, Math.max(25, workedMs / 4))),
        shortLimit: 25,
        min: 2,
      });
    }
  });

  it('takes the time of the run as that of all its workers', () => {
    const one = chunking(undefined);
    const four = chunking(undefined, undefined, 4);

    for (const chunks of [one, four]) for (const items of [1, 4, 16, 64, 256]) chunks.observe(items, items);
    expect([one.limit, four.limit]).to.deep.equal([85, 25]);
  });

  it('keeps to the time that the pool says, as while others wait for it', () => {
    let ms: number | undefined = undefined;
    const chunks = chunking(undefined, () => ms);

    for (const items of [1, 4, 16, 64, 1000]) chunks.observe(items, items);
    expect(chunks).to.include({ limit: 100, shortLimit: 25 });
    ms = 25;
    chunks.observe(100, 100);
    expect(chunks).to.include({ limit: 25, shortLimit: 25 });
    ms = 50;
    chunks.observe(25, 25);
    expect(chunks).to.include({ limit: 50, shortLimit: 50 });
    ms = undefined;
    chunks.observe(50, 50);
    expect(chunks).to.include({ limit: 100, shortLimit: 25 });
  });

  it('learns nothing from times that are none', () => {
    for (const [tookMs, sentMs] of [
      [NaN, 0],
      [-3_600_000, 0],
      [Infinity, 0],
      [1, NaN],
      [1, -5],
      [1, Infinity],
    ] as const) {
      const chunks = chunking(undefined);

      chunks.observe(1, tookMs, sentMs);
      expect(chunks.limit).to.equal(1);
      chunks.observe(1, 0, 0);
      chunks.observe(4, 0.004, 0);
      expect(chunks.limit).to.equal(64);
    }
  });
});
