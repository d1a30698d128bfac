import { setTimeout as delay } from 'node:timers/promises';
import { createKeyPairSignerFromPrivateKeyBytes } from '@solana/kit';
import { expect, test } from 'vitest';
import { formatProof } from '../../../src-main/payments/dialects/open402/codec.ts';
import { sendOwnTransfer } from '../../support/own-transfer.ts';
import { nothing, openStall, type Served, type TillStall, v1Header, v2Header } from '../../support/till-stall.ts';

const parsed = (base64: string | undefined) => JSON.parse(Buffer.from(base64 ?? '', 'base64').toString('utf8'));
const statuses = (answers: readonly Served[]) => answers.map(({ status }) => status).sort();
const oneOf32 = [200, ...Array<number>(31).fill(402)];
const copies = <T>(make: () => T): T[] => Array.from({ length: 32 }, make);
const id = 'pay_0123456789abcdef0123456789abcdef';

async function openProof(stall: TillStall, requestId: string, changes: { amount?: bigint; memo?: string } = {}) {
  const payer = await createKeyPairSignerFromPrivateKeyBytes(crypto.getRandomValues(new Uint8Array(32)));
  const { fund } = stall;
  await fund(payer.address);
  const { payTo, amount } = stall.quote;
  const terms = { payer, payTo, amount, memo: `Ag402-v1|${requestId}`, ...changes };
  const txHash = await sendOwnTransfer(stall.rpcUrl, terms);
  return { txHash, chain: 'solana', payerAddress: payer.address as string, requestId };
}

test('one 402 names the same price in every dialect, and the same again at the second request', async () => {
  const stall = await openStall();
  const first = await stall.ask({});
  expect(first).toMatchObject({ status: 402, error: null });
  const required = parsed(first.fields.get('payment-required'));
  expect(required).toMatchObject({
    x402Version: 2,
    error: 'PAYMENT-SIGNATURE header is required',
    resource: { url: 'http://stall.test/thing?q=1', description: 'a stall' },
    accepts: [{ amount: '10000', payTo: stall.quote.payTo, extra: { feePayer: stall.signer.addresses.feePayer } }],
    extensions: { 'payment-identifier': { info: { required: false } } },
  });
  expect(JSON.parse(first.body)).toMatchObject({
    x402Version: 1,
    accepts: [{ network: 'solana-devnet', maxAmountRequired: '10000', resource: 'http://stall.test/thing?q=1' }],
  });
  expect(first.fields.get('www-authenticate')).toBe(
    `x402 chain="solana" token="USDC" amount="0.01" address="${stall.quote.payTo}"`,
  );
  expect(await stall.ask({})).toEqual(first);
  const dear = await stall.ask({}, { amount: 1_000_001n as typeof stall.quote.amount });
  expect(dear.fields.has('www-authenticate'), 'no open402 above its cap').toBe(false);
});

test.each(['x402-v2', 'x402-v1'] as const)(
  'of 32 copies of one %s payment one is served, and after a restart none',
  async (dialect) => {
    const stall = await openStall();
    const wire = await stall.pay(await stall.newBuyer());
    const present =
      dialect === 'x402-v2' ? { paymentSignature: [v2Header(stall, wire)] } : { xPayment: [v1Header(wire)] };
    const answers = await Promise.all(copies(() => stall.ask(present)));
    expect(statuses(answers)).toEqual(oneOf32);
    for (const { error } of answers.filter(({ status }) => status === 402)) expect(error).toBe('duplicate_settlement');
    const paid = answers.find(({ status }) => status === 200);
    const field = dialect === 'x402-v2' ? 'payment-response' : 'x-payment-response';
    expect(parsed(paid?.fields.get(field))).toMatchObject({ success: true });
    expect(stall.upstream.calls).toBe(1);
    expect(await stall.earned()).toBe(10_000n);
    await stall.store.connection.committer.flushed();
    await stall.again();
    expect(await stall.ask(present)).toMatchObject({ status: 402, error: 'duplicate_settlement' });
    const other =
      dialect === 'x402-v2' ? { xPayment: [v1Header(wire)] } : { paymentSignature: [v2Header(stall, wire)] };
    expect(await stall.ask(other)).toMatchObject({ status: 402, error: 'duplicate_settlement' });
    expect(stall.upstream.calls).toBe(1);
    expect(
      stall.store.ledger.balance(
        'received',
        stall.store.settlements.list({ shop: null, undelivered: false, before: null, limit: 1 })[0]?.asset ?? '',
      ),
    ).toBe(10_000n);
  },
);

test('32 copies with one payment-identifier: one charge, one upstream call, the same answer to all, after a restart too', async () => {
  const stall = await openStall();
  const wire = await stall.pay(await stall.newBuyer());
  const present = { paymentSignature: [v2Header(stall, wire, id)] };
  const answers = await Promise.all(copies(() => stall.ask(present)));
  expect(statuses(answers)).toEqual(Array(32).fill(200));
  expect(new Set(answers.map(({ body, fields }) => `${body} ${fields.get('payment-receipt')}`)).size).toBe(1);
  expect(stall.upstream.calls).toBe(1);
  expect(await stall.earned()).toBe(10_000n);
  await stall.again();
  expect(await stall.ask(present)).toEqual(answers[0]);
  expect(stall.upstream.calls).toBe(1);
});

test('a payment-identifier stands for one payload and one request: anything else is 409, and not charged', async () => {
  const stall = await openStall();
  const buyer = await stall.newBuyer();
  const wire = await stall.pay(buyer);
  expect(await stall.ask({ paymentSignature: [v2Header(stall, wire, id)] })).toMatchObject({ status: 200 });
  const another = await stall.pay(buyer);
  expect(await stall.ask({ paymentSignature: [v2Header(stall, another, id)] })).toMatchObject({
    status: 409,
    error: 'payment-identifier-conflict',
  });
  const elsewhere = { resource: 'http://stall.test/thing?q=2' };
  expect(await stall.ask({ paymentSignature: [v2Header(stall, wire, id)] }, elsewhere)).toMatchObject({ status: 409 });
  expect(await stall.ask({ paymentSignature: [v2Header(stall, wire)] })).toMatchObject({
    status: 402,
    error: 'duplicate_settlement',
  });
  expect(await stall.ask({ paymentSignature: [v2Header(stall, wire, 'short')] })).toMatchObject({ status: 400 });
  expect(await stall.earned()).toBe(10_000n);
});

test('an upstream that fails charges nobody, and the same payment buys at the next try', async () => {
  const stall = await openStall();
  const present = { paymentSignature: [v2Header(stall, await stall.pay(await stall.newBuyer()))] };
  stall.upstream.status = 500;
  expect(await stall.ask(present)).toMatchObject({ status: 500 });
  expect(await stall.earned()).toBe(0n);
  stall.upstream.status = 200;
  expect(await stall.ask(present)).toMatchObject({ status: 200 });
  expect(await stall.earned()).toBe(10_000n);
});

test('an upfront payment is charged before the upstream is asked', async () => {
  const stall = await openStall();
  const base = parsed(v2Header(stall, await stall.pay(await stall.newBuyer())));
  base.accepted.extra.paymentFlow = 'upfront';
  const present = { paymentSignature: [Buffer.from(JSON.stringify(base)).toString('base64')] };
  let go: () => void = () => undefined;
  stall.upstream.wait = new Promise((resolve) => {
    go = resolve;
  });
  const served = stall.ask(present, { flow: 'upfront' });
  await expect.poll(() => stall.upstream.calls).toBe(1);
  expect(await stall.earned()).toBe(10_000n);
  go();
  expect(await served).toMatchObject({ status: 200, body: 'goods' });
});

test('a receipt gets the answer again, for its request only, and nothing without its secret', async () => {
  const stall = await openStall();
  const paid = await stall.ask({ paymentSignature: [v2Header(stall, await stall.pay(await stall.newBuyer()))] });
  const receipt = paid.fields.get('payment-receipt') ?? '';
  expect(receipt).toMatch(/^sale_[0-9a-f]{24}\.[A-Za-z0-9_-]{43}$/);
  await stall.store.connection.committer.flushed();
  expect(await stall.ask({ receipt: [receipt] })).toEqual(paid);
  await stall.again();
  expect(await stall.ask({ receipt: [receipt] })).toEqual(paid);
  expect(stall.upstream.calls).toBe(1);
  expect(await stall.ask({ receipt: [receipt] }, { resource: 'http://stall.test/other' })).toMatchObject({
    status: 402,
  });
  expect(await stall.ask({ receipt: [receipt] }, { method: 'POST' })).toMatchObject({ status: 402 });
  expect(await stall.ask({ receipt: [receipt] }, { shop: 'another' })).toMatchObject({ status: 402 });
  const forged = `${receipt.slice(0, -1)}${receipt.endsWith('A') ? 'B' : 'A'}`;
  expect(await stall.ask({ receipt: [forged] })).toMatchObject({ status: 402 });
});

test('an answer that was cut is served again to the receipt, without another charge', async () => {
  const stall = await openStall();
  const wire = await stall.pay(await stall.newBuyer());
  await stall.ask({ paymentSignature: [v2Header(stall, wire, id)] }, {}, true).catch(() => undefined);
  expect(await stall.earned()).toBe(10_000n);
  const again = await stall.ask({ paymentSignature: [v2Header(stall, wire, id)] });
  expect(again).toMatchObject({ status: 200, body: 'goods' });
  expect(stall.upstream.calls).toBe(2);
  const receipt = again.fields.get('payment-receipt') ?? '';
  await stall.store.connection.committer.flushed();
  expect(await stall.ask({ receipt: [receipt] })).toMatchObject({ status: 200 });
  expect(stall.upstream.calls).toBe(2);
  expect(await stall.earned()).toBe(10_000n);
});

test('more than one payment is refused without a look at either', async () => {
  const stall = await openStall();
  const header = v2Header(stall, await stall.pay(await stall.newBuyer()));
  for (const present of [
    { paymentSignature: [header, header] },
    { paymentSignature: [header], xPayment: [header] },
    { paymentSignature: [header], authorization: ['x402 tx_hash="a"'] },
    { receipt: ['a', 'b'] },
  ]) {
    expect(await stall.ask(present)).toMatchObject({ status: 400, error: 'payment-repeated' });
  }
  expect(await stall.ask({ paymentSignature: [header], authorization: ['Bearer key'] })).toMatchObject({ status: 200 });
});

test('an echoed extension may be added to and not changed', async () => {
  const stall = await openStall();
  const wire = await stall.pay(await stall.newBuyer());
  const echo = (info: object) => v2Header(stall, wire, undefined, { extensions: { 'payment-identifier': { info } } });
  expect(await stall.ask({ paymentSignature: [echo({ required: true, id })] })).toMatchObject({
    status: 402,
    error: 'extension_echo_mismatch',
  });
  expect(await stall.ask({ paymentSignature: [echo({ id })] })).toMatchObject({ error: 'extension_echo_mismatch' });
  expect(await stall.ask({ paymentSignature: [echo({ required: false, id, more: 1 })] })).toMatchObject({
    status: 200,
  });
});

test('open402: of 32 copies of one proof one is served, and after a restart none', async () => {
  const stall = await openStall();
  const authorization = [formatProof(await openProof(stall, 'request1'))];
  const answers = await Promise.all(copies(() => stall.ask({ authorization })));
  expect(statuses(answers)).toEqual(oneOf32);
  expect(stall.upstream.calls).toBe(1);
  await stall.again();
  expect(await stall.ask({ authorization })).toMatchObject({ status: 402, error: 'duplicate_settlement' });
  expect(stall.upstream.calls).toBe(1);
});

test('open402: a proof whose answer failed can be presented again for the same request, and only by its payer', async () => {
  const stall = await openStall();
  const proof = await openProof(stall, 'request2');
  stall.upstream.status = 503;
  expect(await stall.ask({ authorization: [formatProof(proof)] })).toMatchObject({ status: 503 });
  stall.upstream.status = 200;
  const other = { resource: 'http://stall.test/dearer' };
  expect(await stall.ask({ authorization: [formatProof(proof)] }, other)).toMatchObject({ status: 402 });
  expect(await stall.ask({ authorization: [formatProof(proof)] })).toMatchObject({ status: 200, body: 'goods' });
  expect(await stall.ask({ authorization: [formatProof(proof)] })).toMatchObject({ status: 402 });
});

test('open402: every rule of a proof has one that breaks it', async () => {
  const stall = await openStall();
  const proof = await openProof(stall, 'request3');
  const now = Date.now() / 1000;
  const good = formatProof(proof);
  const table: readonly [string, string, { timestamp?: string[]; nonce?: string[] }, string][] = [
    ['no fields', 'x402 ', {}, 'Invalid x402 authorization format'],
    ['no payer', formatProof({ ...proof, payerAddress: '' }), {}, 'payer_address is required'],
    ['no request id', formatProof({ ...proof, requestId: '' }), {}, 'request_id is required'],
    ['another chain', formatProof({ ...proof, chain: 'base' }), {}, 'chain must be solana'],
    ['no signature', formatProof({ ...proof, txHash: 'abc' }), {}, 'tx_hash is no Solana signature'],
    [
      'another payer',
      formatProof({ ...proof, payerAddress: stall.quote.payTo }),
      {},
      'Verification error: payer_mismatch',
    ],
    ['another request id', formatProof({ ...proof, requestId: 'another' }), {}, 'Verification error: memo_mismatch'],
    ['too old a stamp', good, { timestamp: [(now - 31).toFixed(3)] }, 'Request too old'],
    ['a stamp of tomorrow', good, { timestamp: [(now + 40).toFixed(3)] }, 'Request timestamp is in the future'],
    ['a stamp that is none', good, { timestamp: ['nan'] }, 'Invalid timestamp format'],
    ['a long nonce', good, { nonce: ['n'.repeat(129)] }, 'Nonce too long'],
  ];
  for (const [name, header, fields, detail] of table) {
    const answer = await stall.ask({ authorization: [header], ...fields });
    expect(answer.status, name).toBe(403);
    expect(answer.body, name).toContain(detail);
  }
  for (const [name, changes, detail] of [
    ['one unit less', { amount: 9_999n }, 'amount_mismatch'],
    ['one unit more', { amount: 10_001n }, 'amount_mismatch'],
    ['another memo', { memo: 'request4' }, 'memo_mismatch'],
  ] as const) {
    const broken = await openProof(stall, 'request4', changes);
    const answer = await stall.ask({ authorization: [formatProof(broken)] });
    expect(answer, name).toMatchObject({ status: 403, body: `Verification error: ${detail}` });
  }
  expect(stall.upstream.calls).toBe(0);
  const stamped = { authorization: [good], timestamp: [now.toFixed(3)], nonce: ['once'] };
  expect(await stall.ask(stamped)).toMatchObject({ status: 200 });
  expect(await stall.ask(stamped)).toMatchObject({ status: 403, body: 'Duplicate nonce (possible replay)' });
});

test('a transfer that x402 settled proves nothing in open402, and the other way round', async () => {
  const stall = await openStall();
  const buyer = await stall.newBuyer();
  const wire = await stall.pay(buyer, { memo: 'Ag402-v1|request5' });
  const paid = await stall.ask({ paymentSignature: [v2Header(stall, wire)] });
  const { transaction } = parsed(paid.fields.get('payment-response'));
  const proof = { txHash: transaction, chain: 'solana', payerAddress: buyer.address as string, requestId: 'request5' };
  await delay(20);
  expect(await stall.ask({ authorization: [formatProof(proof)] })).toMatchObject({
    status: 402,
    error: 'duplicate_settlement',
  });
  expect(stall.upstream.calls).toBe(1);
  expect(nothing.receipt).toEqual([]);
});
