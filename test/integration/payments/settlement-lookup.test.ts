import { expect, test } from 'vitest';
import { noCheckpoints } from '../../../src-main/base/checkpoint.ts';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { createCollector } from '../../../src-main/payments/index.ts';
import type { PresentedPayment } from '../../../src-main/payments/ports.ts';
import { networks } from '../../../src-shared/model/index.ts';
import { asset, openTestStore, setClock } from '../../support/test-store.ts';
import { anAddress } from '../../support/x402-payment.ts';

const till = anAddress() as string;
const signature = '5'.repeat(88);
const payment: PresentedPayment = {
  messageHash: 'hash',
  sale: 'sale_hash',
  purpose: 'call',
  dialect: 'x402-v2',
  shop: 'demo',
  method: 'GET',
  route: '/*',
  url: 'http://127.0.0.1/x',
  requestHash: 'request',
  payer: anAddress(),
  payTo: till,
  asset,
  amount: 10n,
  fee: 10_001n,
  paymentId: null,
  payloadHash: null,
};

/** A payment that was sent, and endpoints that say what the test wants of it. */
async function sentPayment(
  says: {
    /** What the endpoint that is asked first knows. */
    readonly status?: { confirmed: boolean; error: string | null } | null;
    /** What any endpoint knows, finalized. */
    readonly history?: readonly { signature: string; slot: bigint; failed: boolean }[];
    readonly height?: bigint;
    readonly landed?: string;
    readonly unanswered?: boolean;
  },
  changes: Partial<PresentedPayment> & { remote?: boolean } = {},
) {
  const store = openTestStore(setClock(1));
  const { settlements } = store;
  const { remote = false, ...fields } = changes;
  await settlements.claim({ ...payment, ...fields });
  await settlements.sending('hash', remote ? null : signature, 100n);
  const history = says.history ?? [];
  const collector = createCollector({
    network: networks.sandbox,
    chain: {
      send: () => Promise.reject(new Error('nothing is sent here')),
      status: async () => says.status ?? null,
      recentBlockhash: () => Promise.reject(new Error('not asked for')),
      finalized: async () => ({ height: says.height ?? 50n, slot: 7n }),
      transaction: async (asked) =>
        says.landed === undefined
          ? null
          : {
              signature: asked,
              slot: 1n,
              blockTime: 1,
              error: null,
              messageHash: says.landed,
              signatures: [asked],
              feeLamports: 5_000n,
              tokenDeltas: [],
              memos: [],
            },
      history: async () => history,
      finalizedHistory: async () => {
        if (says.unanswered === true) throw new Error('one endpoint does not answer');
        return history;
      },
    },
    signer: {
      addresses: { spender: anAddress(), till, feePayer: anAddress() },
      cosignSettlement: () => Promise.reject(new Error('nothing is signed here')),
    },
    settlements,
    log: silentLog,
    reached: noCheckpoints,
  });
  await collector.reconcile();
  await store.connection.committer.flushed();
  return {
    state: settlements.get('hash')?.state,
    signature: settlements.get('hash')?.signature,
    received: store.ledger.balance('received', asset),
    fees: store.ledger.balance('fees', 'native'),
  };
}

const entry = (failed: boolean, id = signature) => [{ signature: id, slot: 1n, failed }];
type Says = Parameters<typeof sentPayment>[0];

test.each<[string, Says, object]>([
  ['not seen, and it can still land', { height: 100n }, { state: 'sending', received: 0n }],
  ['seen', { status: { confirmed: true, error: null } }, { state: 'settled', received: 10n, fees: 10_001n }],
  ['seen, not confirmed', { status: { confirmed: false, error: null } }, { state: 'sending', received: 0n }],
  ['seen to fail', { status: { confirmed: true, error: 'x' } }, { state: 'failed', received: 0n, fees: 10_001n }],
  ['not seen, and it can no longer land', { height: 101n }, { state: 'failed', received: 0n, fees: 0n }],
  [
    'not seen by the endpoint that was asked, but by another',
    { height: 101n, history: entry(false) },
    { state: 'settled', received: 10n },
  ],
  ['seen to fail by another', { height: 101n, history: entry(true) }, { state: 'failed', received: 0n, fees: 10_001n }],
  ['an endpoint that does not answer', { height: 101n, unanswered: true }, { state: 'sending', received: 0n }],
])('a transfer that was sent: %s', async (_name, says, expected) => {
  expect(await sentPayment(says)).toMatchObject(expected);
});

test.each<[string, Says, object]>([
  [
    'in the history of the payee',
    { history: entry(false), landed: 'hash' },
    { state: 'settled', signature, received: 10n },
  ],
  [
    'another transfer to the same payee',
    { history: entry(false), landed: 'other' },
    { state: 'sending', received: 0n },
  ],
  ['nowhere, and it can no longer land', { height: 101n }, { state: 'failed', received: 0n }],
])('a transfer that a remote facilitator may have sent: %s', async (_name, says, expected) => {
  expect(await sentPayment(says, { remote: true, fee: 0n })).toMatchObject(expected);
});

test('what another address was paid is no money of the till', async () => {
  const seen = { status: { confirmed: true, error: null } };
  expect(await sentPayment(seen, { payTo: anAddress() })).toMatchObject({
    state: 'settled',
    received: 0n,
    fees: 10_001n,
  });
  expect(await sentPayment(seen, { purpose: 'facilitator' })).toMatchObject({ received: 0n, fees: 10_001n });
});
