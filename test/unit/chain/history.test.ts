import { address, createSolanaRpcFromTransport, getBase58Decoder, type RpcTransport } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import { readHistory, unionOf } from '../../../src-main/chain/history.ts';

const account = address('7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU');
const query = { account, until: null, commitment: 'confirmed', minContextSlot: null } as const;
const limit = () => ({ abortSignal: new AbortController().signal });

/** 64 bytes that say which entry it is. */
function signature(number: number): string {
  const bytes = new Uint8Array(64).fill(9);
  new DataView(bytes.buffer).setUint32(0, number + 1);
  return getBase58Decoder().decode(bytes);
}

/** A node with `count` entries, newest first; `asked` has the options of each page. */
function node(count: number) {
  const asked: Record<string, unknown>[] = [];
  const newestFirst = Array.from({ length: count }, (_, index) => ({
    signature: signature(count - 1 - index),
    slot: count - 1 - index,
    err: index === 0 ? 'AccountInUse' : null,
  }));
  const transport: RpcTransport = async <T>({ payload }: { readonly payload: unknown }) => {
    const { params } = payload as { params: [string, { before?: string; limit: number }] };
    asked.push(params[1]);
    const from = newestFirst.findIndex((entry) => entry.signature === params[1].before) + 1;
    return { jsonrpc: '2.0', id: '1', result: newestFirst.slice(from, from + params[1].limit) } as T;
  };
  return { rpc: createSolanaRpcFromTransport(transport), asked };
}

describe('reading the history of an account', () => {
  it('takes page after page, and puts the oldest first', async () => {
    const { rpc, asked } = node(2_500);
    const entries = await readHistory(rpc, limit, query);
    expect(entries.map((entry) => entry.slot)).toEqual(Array.from({ length: 2_500 }, (_, index) => BigInt(index)));
    expect(entries.at(-1)?.failed).toBe(true);
    expect(entries.at(0)?.failed).toBe(false);
    expect(asked.map((options) => options['before'])).toEqual([undefined, signature(1_500), signature(500)]);
  });

  it('ends at a page that is exactly full by asking once more', async () => {
    const { rpc, asked } = node(1_000);
    expect(await readHistory(rpc, limit, query)).toHaveLength(1_000);
    expect(asked).toHaveLength(2);
  });

  it('throws rather than leave entries out of a history without end', async () => {
    const page = Array.from({ length: 1_000 }, (_, index) => ({ signature: signature(index), slot: 1, err: null }));
    const endless: RpcTransport = async <T>() => ({ jsonrpc: '2.0', id: '1', result: page }) as T;
    await expect(readHistory(createSolanaRpcFromTransport(endless), limit, query)).rejects.toThrow('100000');
  });
});

describe('the union of histories', () => {
  it('has each entry once, in the order of slots', () => {
    const entry = (number: number, slot: bigint) => ({ signature: signature(number), slot, failed: false });
    const found = unionOf([[entry(1, 5n), entry(2, 9n)], [], [entry(3, 7n), entry(2, 9n)]]);
    expect(found.map((one) => one.slot)).toEqual([5n, 7n, 9n]);
  });
});
