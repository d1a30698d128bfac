import { expect, test } from 'vitest';
import { noCheckpoints } from '../../../src-main/base/checkpoint.ts';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { createRefundDesk, type RefundDeps } from '../../../src-main/host/refunds.ts';
import type { RefundRecord } from '../../../src-main/payments/index.ts';
import { networks } from '../../../src-shared/model/index.ts';

const open: RefundRecord = {
  sale: 'sale_a',
  state: 'signed',
  payee: 'buyer',
  asset: networks.sandbox.usdc.mint,
  amount: 10n,
  fee: 10_001n,
  signature: 'the-refund',
  messageHash: 'hash',
  wire: Uint8Array.of(1, 2, 3),
  deadHeight: 500n,
  after: 'before-it',
  createdAt: 1,
  updatedAt: 1,
};

const never = (): never => {
  throw new Error('nobody should ask this');
};

type Sight = Partial<RefundDeps['chain']>;

/** One refund that is open, on a chain that is as told. */
function withOpen(sight: Sight) {
  const told: string[] = [];
  const chain: RefundDeps['chain'] = {
    mint: never,
    recentBlockhash: never,
    send: async () => {
      told.push('sent again');
      return open.signature;
    },
    status: async () => null,
    finalized: async () => ({ height: 400n, slot: 9n }),
    finalizedHistory: never,
    ...sight,
  };
  const desk = createRefundDesk({
    network: networks.sandbox,
    chain,
    signer: { addresses: { spender: 's', till: 't', feePayer: 'f' }, signOwnTransfer: never },
    tillAccount: 'till-account',
    settlements: { bySale: never, list: never },
    refunds: {
      sign: never,
      get: never,
      open: () => [open],
      settled: async () => void told.push('settled'),
      released: async (_, why, entries) =>
        void told.push(`released: ${why}, ${entries.map(({ account, amount }) => `${account} ${amount}`).join(', ')}`),
    },
    log: silentLog,
    reached: noCheckpoints,
  });
  return { desk, told };
}

const over = { finalized: async () => ({ height: 501n, slot: 9n }) };

test('while it can land it is sent again, and nothing is given up', async () => {
  for (const height of [400n, 500n]) {
    const { desk, told } = withOpen({ finalized: async () => ({ height, slot: 9n }) });
    await desk.reconcile();
    expect(told).toEqual(['sent again']);
  }
});

test('once it is past its life, and no endpoint has it, the till has the money again', async () => {
  const { desk, told } = withOpen({
    ...over,
    async finalizedHistory(account, until, slot) {
      expect([account, until, slot]).toEqual(['till-account', 'before-it', 9n]);
      return [{ signature: 'another', failed: false, slot: 9n }];
    },
  });
  await desk.reconcile();
  expect(told).toEqual(['released: it was not seen on the chain while it could land, external -10, received 10']);
});

test('one that only the history of some endpoint shows has landed', async () => {
  const { desk, told } = withOpen({
    ...over,
    finalizedHistory: async () => [{ signature: open.signature, failed: false, slot: 9n }],
  });
  await desk.reconcile();
  expect(told).toEqual(['settled']);
});

test('one that failed on the chain gave nothing back, and cost its fee', async () => {
  const sights: readonly Sight[] = [
    { status: async () => ({ confirmed: true, error: 'broke' }) },
    { ...over, finalizedHistory: async () => [{ signature: open.signature, failed: true, slot: 9n }] },
  ];
  for (const sight of sights) {
    const { desk, told } = withOpen(sight);
    await desk.reconcile();
    expect(told).toEqual(['released: it failed on the chain, external -10, received 10, external -10001, fees 10001']);
  }
});

test('a chain that does not answer decides nothing', async () => {
  const silent = () => Promise.reject(new Error('no answer'));
  const half = withOpen({ ...over, finalizedHistory: silent });
  await half.desk.reconcile();
  expect(half.told).toEqual([]);
  const none = withOpen({ finalized: silent });
  await expect(none.desk.reconcile()).rejects.toThrow();
  expect(none.told).toEqual([]);
  const unsure = withOpen({ ...over, status: silent });
  await unsure.desk.reconcile();
  expect(unsure.told).toEqual([]);
});

test('what is only processed is not believed yet', async () => {
  const { desk, told } = withOpen({ status: async () => ({ confirmed: false, error: null }) });
  await desk.reconcile();
  expect(told).toEqual(['sent again']);
});
