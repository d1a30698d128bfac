import { describe, expect, it } from 'vitest';
import { createBlockhashCache } from '../../../src-main/chain/blockhash-cache.ts';

function setUp() {
  const time = { ms: 0 };
  const waiting: { give(height: bigint): void; fail(error: Error): void }[] = [];
  const failures: unknown[] = [];
  let fetches = 0;
  const recent = createBlockhashCache(
    { now: () => 0, monotonic: () => time.ms },
    () => {
      fetches += 1;
      return new Promise((resolve, reject) => {
        waiting.push({
          give: (height) => resolve({ blockhash: `hash ${height}`, lastValidBlockHeight: height }),
          fail: reject,
        });
      });
    },
    (error) => failures.push(error),
  );
  const next = () => {
    const fetch = waiting.shift();
    if (fetch === undefined) throw new Error('nothing was fetched');
    return fetch;
  };
  return { time, recent, next, failures, fetches: () => fetches };
}

describe('the blockhash cache', () => {
  it('fetches once for all who wait, and not at all while it is fresh', async () => {
    const { time, recent, next, fetches } = setUp();
    const asked = [recent(), recent(), recent()];
    next().give(1n);
    expect((await Promise.all(asked)).map((hash) => hash.lastValidBlockHeight)).toEqual([1n, 1n, 1n]);
    time.ms = 4_999;
    await recent();
    expect(fetches()).toBe(1);
  });

  it('answers at once from 5 s on, and fetches behind the answer, once', async () => {
    const { time, recent, next, fetches } = setUp();
    const first = recent();
    next().give(1n);
    await first;
    time.ms = 5_000;
    expect((await recent()).lastValidBlockHeight).toBe(1n);
    expect((await recent()).lastValidBlockHeight).toBe(1n);
    expect(fetches()).toBe(2);
    next().give(2n);
    await expect.poll(async () => (await recent()).lastValidBlockHeight).toBe(2n);
    expect(fetches()).toBe(2);
  });

  it('waits from 30 s on rather than give out an old one', async () => {
    const { time, recent, next } = setUp();
    const first = recent();
    next().give(1n);
    await first;
    time.ms = 30_000;
    const second = recent();
    next().give(2n);
    expect((await second).lastValidBlockHeight).toBe(2n);
  });

  it('counts age from the asking, since an answer may be long on its way', async () => {
    const { time, recent, next, fetches } = setUp();
    const first = recent();
    time.ms = 5_000;
    next().give(1n);
    await first;
    await recent();
    expect(fetches()).toBe(2);
  });

  it('rejects who waits, reports what nobody waits for, and tries again', async () => {
    const { time, recent, next, failures } = setUp();
    const first = recent();
    next().fail(new Error('down'));
    await expect(first).rejects.toThrow('down');
    expect(failures).toEqual([]);
    const second = recent();
    next().give(1n);
    await second;
    time.ms = 6_000;
    expect((await recent()).lastValidBlockHeight).toBe(1n);
    next().fail(new Error('down again'));
    await expect.poll(() => failures).toHaveLength(1);
    const third = await recent();
    expect(third.lastValidBlockHeight).toBe(1n);
    next().give(3n);
    await expect.poll(async () => (await recent()).lastValidBlockHeight).toBe(3n);
  });
});
