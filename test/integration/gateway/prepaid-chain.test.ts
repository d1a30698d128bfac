import { createSecretKey, hash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import type { Chain, Sandbox } from '../../../src-main/chain/index.ts';
import { createCreditDesk } from '../../../src-main/gateway/prepaid/credit-desk.ts';
import { createCredits } from '../../../src-main/store/credits.ts';
import { earned } from '../../../src-main/wallet/index.ts';
import { networks } from '../../../src-shared/model/index.ts';
import { headerOf, purchase } from '../../support/prepaid-till.ts';
import { openTestStore } from '../../support/test-store.ts';
import { type Cast, connect, newCast, newFolder, openSandbox, payment } from '../chain/fixture.ts';

const folder = newFolder();
const packages = [{ id: 'small', name: 'Small', calls: 2, days: 1, price: '0.01' }];
const secret = '5e'.repeat(32);
const memo = `groat-prepaid:${hash('sha256', secret, 'hex')}`;
let sandbox: Sandbox;
let chain: Chain;
let cast: Cast;

beforeAll(async () => {
  sandbox = await openSandbox(folder.dir, null, 50);
  chain = await connect(sandbox);
  cast = await newCast(sandbox);
});
afterAll(async () => {
  await chain.stop();
  await sandbox.stop();
  folder.remove();
});

function openDesk() {
  const store = openTestStore(systemClock);
  return createCreditDesk({
    shop: 'shop',
    seller: cast.shop.address,
    network: networks.sandbox,
    packages,
    perCall: null,
    forms: new Set(['groat', 'ag402'] as const),
    ag402Cap: null,
    issuing: createSecretKey(Buffer.alloc(32, 9)),
    book: createCredits(store.connection),
    transfers: {
      lookUp: chain.transaction,
      claim: (one, signature, also) =>
        store.settlements.claimLanded(one, signature, earned(one.asset, one.amount), also),
    },
    clock: systemClock,
    log: silentLog,
  });
}

async function pay(options: { amount?: bigint; memo?: string }): Promise<string> {
  return chain.send(await payment(cast, { ...options, lifetime: await chain.recentBlockhash() }));
}

const wish = (tx_hash: string) => ({ buyer_address: cast.buyer.address, package_id: 'small', tx_hash });

// Asked for at once: the desk waits until the chain shows the transfer.
test.each([
  ['our own form', { form: 'groat', secret }],
  ['ag402’s', {}],
])('a transfer on the chain buys a credential of %s, and that buys its calls', async (_, form) => {
  const desk = openDesk();
  const bought = await purchase(desk, { ...wish(await pay('secret' in form ? { memo } : {})), ...form });
  expect(bought.status).toBe(201);
  const header = headerOf(bought.body);
  expect([1, 2, 3].map(() => desk.take(header).kind)).toEqual(['taken', 'taken', 'refused']);
});

test('a transfer of one unit less, to the wrong memo or from somebody else buys nothing', async () => {
  const desk = openDesk();
  const [short, plain] = await Promise.all([pay({ amount: 9_999n, memo }), pay({})]);
  expect(await purchase(desk, { ...wish(short), form: 'groat', secret })).toMatchObject({
    status: 402,
    body: { detail: 'amount_mismatch' },
  });
  expect((await purchase(desk, { ...wish(plain), form: 'groat', secret })).status).toBe(403);
  expect((await purchase(desk, { ...wish(plain), buyer_address: cast.feePayer.address })).status).toBe(403);
});
