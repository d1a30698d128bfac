import type { RpcTransport } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { backOffMs } from '../../../src-main/chain/back-off.ts';
import { createEndpoint, type Question } from '../../../src-main/chain/endpoint.ts';
import { createFailover } from '../../../src-main/chain/failover.ts';

const time = { ms: 0 };
const clock = { now: () => 0, monotonic: () => time.ms };
const most = () => Uint8Array.of(255);
const slot: Question<bigint> = (rpc, limit) => rpc.getSlot().send(limit());

interface Fake {
  readonly transport: RpcTransport;
  calls: number;
  /** Null: answers. */
  failure: Error | null;
}

function fake(result: number): Fake {
  const self: Fake = {
    calls: 0,
    failure: null,
    transport: async <T>() => {
      self.calls += 1;
      if (self.failure !== null) throw self.failure;
      return { jsonrpc: '2.0', id: '1', result } as T;
    },
  };
  return self;
}

function over(fakes: readonly Fake[], rounds = 1) {
  time.ms = 0;
  const stopped = new AbortController().signal;
  const endpoints = fakes.map(({ transport }, index) =>
    createEndpoint({
      url: `endpoint ${index}`,
      transport,
      timeoutMs: 1_000,
      rest: { firstMs: 1_000, mostMs: 60_000 },
      clock,
      random: most,
      stopped,
    }),
  );
  const wait = { firstMs: 1, mostMs: 1 };
  const failover = createFailover({ endpoints, rounds, wait, random: most, log: silentLog, stopped });
  return { failover, endpoints };
}

describe('failover', () => {
  it('asks the first endpoint alone while it is well', async () => {
    const fakes = [fake(1), fake(2)];
    const { failover } = over(fakes);
    for (let count = 0; count < 3; count += 1) expect(await failover.first('getSlot', () => slot)).toBe(1n);
    expect(fakes.map(({ calls }) => calls)).toEqual([3, 0]);
  });

  it('lets a failed endpoint rest, longer each time, and goes back to the first when it is well', async () => {
    const [first, second] = [fake(1), fake(2)];
    const { failover, endpoints } = over([first, second]);
    const ask = () => failover.first('getSlot', () => slot);
    first.failure = new Error('down');
    expect(await ask()).toBe(2n);
    time.ms = 999;
    expect(await ask()).toBe(2n);
    expect(first.calls).toBe(1);
    time.ms = 1_000;
    expect(await ask()).toBe(2n);
    expect(first.calls).toBe(2);
    time.ms = 2_999;
    await ask();
    expect(first.calls).toBe(2);
    expect(endpoints[0]?.health()).toMatchObject({ healthy: false, lastError: 'down' });
    first.failure = null;
    time.ms = 3_000;
    expect(await ask()).toBe(1n);
    expect(await ask()).toBe(1n);
    expect(endpoints[0]?.health().healthy).toBe(true);
  });

  it('asks those at rest all the same when nobody else answers', async () => {
    const [first, second] = [fake(1), fake(2)];
    const { failover } = over([first, second]);
    first.failure = new Error('down');
    await failover.first('getSlot', () => slot);
    first.failure = null;
    second.failure = new Error('down');
    expect(await failover.first('getSlot', () => slot)).toBe(1n);
  });

  it('goes round a fixed number of times, and tells a question whether it is repeated', async () => {
    const only = fake(1);
    only.failure = new Error('down');
    const { failover } = over([only], 3);
    const repeats: boolean[] = [];
    const question = (isRepeat: boolean) => {
      repeats.push(isRepeat);
      return slot;
    };
    await expect(failover.first('getSlot', question)).rejects.toMatchObject({
      code: 'rpc-failed',
      context: { method: 'getSlot', problem: 'down' },
    });
    expect(repeats).toEqual([false, true, true]);
  });

  it('has an answer of every endpoint, or none', async () => {
    const [first, second] = [fake(1), fake(2)];
    const { failover } = over([first, second]);
    expect(await failover.every('getSlot', slot)).toEqual([1n, 2n]);
    second.failure = new Error('down');
    await expect(failover.every('getSlot', slot)).rejects.toMatchObject({ code: 'rpc-failed' });
    expect(first.calls).toBe(2);
  });

  it('takes an answer that cannot be read for a failure', async () => {
    const fakes = [fake(1), fake(2)];
    const { failover } = over(fakes);
    const picky: Question<bigint> = async (rpc, limit) => {
      const value = await rpc.getSlot().send(limit());
      if (value === 1n) throw new TypeError('not this one');
      return value;
    };
    expect(await failover.first('getSlot', () => picky)).toBe(2n);
  });
});

describe('back-off', () => {
  it('doubles up to its most, and jitter takes at most half of it', () => {
    const wait = { firstMs: 250, mostMs: 2_000 };
    expect([1, 2, 3, 4, 5].map((tries) => backOffMs(wait, tries, most))).toEqual([250, 500, 1_000, 2_000, 2_000]);
    expect(backOffMs(wait, 2, () => Uint8Array.of(0))).toBe(250);
  });
});
