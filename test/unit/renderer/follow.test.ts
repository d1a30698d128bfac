import { QueryClient } from '@tanstack/react-query';
import { describe, expect, test } from 'vitest';
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
