import { QueryClient } from '@tanstack/react-query';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { followDesk } from '../../../src-renderer/rpc/follow.ts';
import { createLiveStore } from '../../../src-renderer/rpc/live.ts';
import type { DeskStatus, DeskUpdate } from '../../../src-shared/contract/index.ts';
import type { NetworkName } from '../../../src-shared/model/index.ts';

const update = (network: NetworkName | null): DeskUpdate => ({
  status: network === null ? null : ({ network } as DeskStatus),
  orders: [],
  refusals: [],
  approvals: [],
  more: 0,
  rules: false,
  shops: false,
  prepaid: false,
});

/** Follows these updates, each list over a line of its own, and says what is left of what was read before. */
async function leftAfter(...lines: readonly (readonly DeskUpdate[])[]): Promise<unknown> {
  const queries = new QueryClient();
  const live = createLiveStore();
  live.take(update('sandbox'), true);
  queries.setQueryData(['settings', 'wallet'], 'a sandbox address');
  const ends = new AbortController();
  const left = [...lines];
  const client = {
    desk: {
      async follow() {
        return (async function* () {
          yield* left.shift() ?? [];
          if (left.length === 0) ends.abort();
        })();
      },
    },
  };
  await followDesk(client, live, queries, ends.signal);
  return queries.getQueryData(['settings', 'wallet']);
}

describe('what was read of the host', () => {
  test('is forgotten when another network runs: its addresses are another wallet’s', async () => {
    expect(await leftAfter([update('sandbox')], [update('mainnet')])).toBeUndefined();
    expect(await leftAfter([update('sandbox'), update('devnet')])).toBeUndefined();
  });

  test('is kept as long as the network is the same', async () => {
    expect(await leftAfter([update('sandbox')], [update('sandbox'), update(null)])).toBe('a sandbox address');
  });
});

describe('what a busy shop sells', () => {
  afterEach(() => void vi.useRealTimers());

  test('is asked for at once, then now and then, and once more after the last sale', async () => {
    vi.useFakeTimers();
    const queries = new QueryClient();
    let asked = 0;
    vi.spyOn(queries, 'invalidateQueries').mockImplementation(async (filters) => {
      if (filters?.queryKey?.[0] === 'shops') asked += 1;
    });
    const ends = new AbortController();
    const sold = { ...update(null), shops: true };
    let told = (_: DeskUpdate): void => undefined;
    const client = {
      desk: {
        async follow() {
          return (async function* () {
            yield update('sandbox');
            for (;;)
              yield await new Promise<DeskUpdate>((resolve) => {
                told = resolve;
              });
          })();
        },
      },
    };
    void followDesk(client, createLiveStore(), queries, ends.signal);
    await vi.advanceTimersByTimeAsync(0);
    for (let sale = 0; sale < 20; sale += 1) {
      told(sold);
      await vi.advanceTimersByTimeAsync(100);
      if (sale === 0) expect(asked).toBe(1);
    }
    // Two seconds of sales: at once, and after each pause.
    expect(asked).toBe(2);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toBe(3);
    ends.abort();
  });
});
