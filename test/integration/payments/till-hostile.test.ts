import { createKeyPairSignerFromPrivateKeyBytes } from '@solana/kit';
import { describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../../src-main/base/clock.ts';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { formatProof } from '../../../src-main/payments/dialects/open402/codec.ts';
import { createOpen402Desk } from '../../../src-main/payments/dialects/open402/seller.ts';
import type { Presented, Quote } from '../../../src-main/payments/index.ts';
import { createRefunds } from '../../../src-main/store/refunds.ts';
import { networks } from '../../../src-shared/model/index.ts';
import { sendOwnTransfer } from '../../support/own-transfer.ts';
import { nothing, openStall, type TillStall, v2Header } from '../../support/till-stall.ts';

const id = 'pay_0123456789abcdef0123456789abcdef';

/** A clock that can be moved, the wall's and the other by themselves. */
function movable() {
  const moved = { wall: 0, mono: 0 };
  const clock: Clock = {
    ...systemClock,
    now: () => systemClock.now() + moved.wall,
    monotonic: () => systemClock.monotonic() + moved.mono,
  };
  const pass = (ms: number): void => {
    moved.wall += ms;
    moved.mono += ms;
  };
  return { clock, moved, pass };
}

async function openProof(stall: TillStall, requestId: string): Promise<Partial<Presented>> {
  const payer = await createKeyPairSignerFromPrivateKeyBytes(crypto.getRandomValues(new Uint8Array(32)));
  await stall.fund(payer.address);
  const { payTo, amount } = stall.quote;
  const txHash = await sendOwnTransfer(stall.rpcUrl, { payer, payTo, amount, memo: `Ag402-v1|${requestId}` });
  return { authorization: [formatProof({ txHash, chain: 'solana', payerAddress: payer.address, requestId })] };
}

const present = async (stall: TillStall, name?: string): Promise<Partial<Presented>> => ({
  paymentSignature: [v2Header(stall, await stall.pay(await stall.newBuyer()), name)],
});
const earliest = (stall: TillStall) =>
  stall.store.settlements.list({ shop: null, undelivered: false, before: null, limit: 1 })[0];

describe('a buyer who leaves before the last byte', () => {
  test.each([
    ['open402', (stall: TillStall) => openProof(stall, 'request')],
    ['a payment-identifier', (stall: TillStall) => present(stall, id)],
  ])('by %s gets the answer that was kept, not another one', async (_name, pay) => {
    const stall = await openStall();
    const payment = { ...nothing, ...(await pay(stall)) };
    const admission = await stall.till.admit(stall.quote, payment);
    if (admission.kind !== 'admitted') throw new Error(`not admitted: ${JSON.stringify(admission)}`);
    const { sale } = admission;
    expect(await sale.settle()).toMatchObject({ kind: 'settled' });
    sale.keeper?.head(200, 'OK', []);
    sale.keeper?.data(Buffer.from('go'));
    sale.delivered('cut', 200);
    sale.keeper?.data(Buffer.from('ods'));
    sale.keeper?.end();
    expect(await stall.ask(payment)).toMatchObject({ status: 200, body: 'goods' });
    expect(await stall.ask(payment)).toMatchObject({ status: 200, body: 'goods' });
    expect(stall.upstream.calls).toBe(0);
  });

  test.each([
    ['open402', (stall: TillStall) => openProof(stall, 'request')],
    ['a payment-identifier', (stall: TillStall) => present(stall, id)],
  ])('by %s is served anew three times where the answer could not be kept, and no more', async (_name, pay) => {
    const stall = await openStall();
    const payment = await pay(stall);
    for (let time = 0; time < 4; time += 1) await expect(stall.ask(payment, {}, true)).rejects.toThrow('cut');
    expect(await stall.ask(payment)).toMatchObject({ status: 409, error: 'answer-not-kept' });
    expect(stall.upstream.calls).toBe(4);
    expect(await stall.earned()).toBe(10_000n);
  });
});

test('a sale whose money was given back is not served, whatever is shown for it', async () => {
  const stall = await openStall();
  const payment = await present(stall, id);
  const paid = await stall.ask(payment);
  await stall.store.connection.committer.flushed();
  const sale = earliest(stall);
  const refunds = createRefunds(stall.store.connection, stall.store.ledger, stall.store.log);
  const refund = { sale: sale?.sale ?? '', payee: sale?.payer ?? '', asset: sale?.asset ?? '', amount: 10_000n };
  const rest = { fee: 1n, signature: 's', messageHash: 'm', wire: new Uint8Array(1), deadHeight: 1n, after: null };
  expect(await refunds.sign({ ...refund, ...rest }, [], false)).toBe('signed');
  const receipt = [paid.fields.get('payment-receipt') ?? ''];
  for (const shown of [payment, { receipt }])
    expect(await stall.ask(shown)).toMatchObject({ status: 409, error: 'payment-refunded' });
  await refunds.released('s', 'it could not land', []);
  for (const shown of [payment, { receipt }]) expect(await stall.ask(shown)).toEqual(paid);
});

describe('what fails on the chain costs the fee payer', () => {
  const spent = async (stall: TillStall, work: () => Promise<unknown>): Promise<bigint> => {
    const { feePayer } = stall.signer.addresses;
    const before = await stall.chain.solBalance(feePayer);
    await work();
    return before - (await stall.chain.solBalance(feePayer));
  };

  test('of many payments at once by a buyer who has money for two, two are sent', async () => {
    const stall = await openStall();
    const buyer = await stall.newBuyer(20_000n);
    const payments = await Promise.all(
      Array.from({ length: 8 }, async () => ({ paymentSignature: [v2Header(stall, await stall.pay(buyer))] })),
    );
    let go: () => void = () => undefined;
    stall.upstream.wait = new Promise((resolve) => {
      go = resolve;
    });
    const fees = await spent(stall, async () => {
      const answers = Promise.all(payments.map((payment) => stall.ask(payment)));
      await expect.poll(() => stall.upstream.calls).toBe(8);
      go();
      const statuses = (await answers).map(({ status }) => status).sort();
      expect(statuses).toEqual([200, 200, ...Array(6).fill(402)]);
    });
    expect(fees).toBe(20_002n);
    expect(await stall.earned()).toBe(20_000n);
  });

  test('a buyer with money for all of them waits for none', async () => {
    const stall = await openStall();
    const buyer = await stall.newBuyer();
    const answers = await Promise.all(
      Array.from({ length: 8 }, async () => stall.ask({ paymentSignature: [v2Header(stall, await stall.pay(buyer))] })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(await stall.earned()).toBe(80_000n);
  });

  test('an account that was emptied while the upstream worked is found empty before anything is sent', async () => {
    const { clock, pass } = movable();
    const stall = await openStall({ clock });
    const buyer = await stall.newBuyer(10_000n);
    const [first, second] = await Promise.all([stall.pay(buyer), stall.pay(buyer)]);
    let go: () => void = () => undefined;
    stall.upstream.wait = new Promise((resolve) => {
      go = resolve;
    });
    const slow = stall.ask({ paymentSignature: [v2Header(stall, first)] });
    await expect.poll(() => stall.upstream.calls).toBe(1);
    stall.upstream.wait = null;
    expect(await stall.ask({ paymentSignature: [v2Header(stall, second)] })).toMatchObject({ status: 200 });
    pass(1_001);
    const fees = await spent(stall, async () => {
      go();
      expect(await slow).toMatchObject({ status: 402, error: 'invalid_exact_svm_transaction_simulation_failed' });
    });
    expect(fees).toBe(0n);
  });
});

describe('upfront', () => {
  const terms = { flow: 'upfront' } as const;
  async function upfront(stall: TillStall, name?: string): Promise<Partial<Presented>> {
    const wire = await stall.pay(await stall.newBuyer());
    const payment = JSON.parse(Buffer.from(v2Header(stall, wire, name), 'base64').toString('utf8'));
    payment.accepted.extra.paymentFlow = 'upfront';
    return { paymentSignature: [Buffer.from(JSON.stringify(payment)).toString('base64')] };
  }

  test('what the upstream failed to give is owed to the payment-identifier and to the receipt, without another charge', async () => {
    const stall = await openStall();
    const payment = await upfront(stall, id);
    stall.upstream.status = 500;
    expect(await stall.ask(payment, terms)).toMatchObject({ status: 500 });
    expect(await stall.earned()).toBe(10_000n);
    await stall.store.connection.committer.flushed();
    expect(earliest(stall)).toMatchObject({ state: 'settled', delivery: 'refused', httpStatus: 500 });
    await stall.again();
    expect(await stall.ask(payment, terms)).toMatchObject({ status: 500 });
    stall.upstream.status = 200;
    const served = await stall.ask(payment, terms);
    expect(served).toMatchObject({ status: 200, body: 'goods' });
    expect(await stall.ask({ receipt: [served.fields.get('payment-receipt') ?? ''] }, terms)).toEqual(served);
    expect(stall.upstream.calls).toBe(3);
    expect(await stall.earned()).toBe(10_000n);
  });
});

describe('settlement_pending', () => {
  /** A facilitator that takes a payment, says nothing, and sends it when it likes. */
  async function silentFacilitator(clock = systemClock) {
    const sends: (() => Promise<unknown>)[] = [];
    const stall: TillStall = await openStall({
      clock,
      remote: (collector) => () => ({
        feePayer: () => stall.signer.addresses.feePayer,
        speaksV1: () => true,
        ready: async () => undefined,
        trial: async () => null,
        collect: (payment, { wire, rule }) =>
          collector.collectSentBy(payment, async () => {
            sends.push(async () => {
              const cosigned = await stall.signer.cosignSettlement(wire, rule);
              if (cosigned.kind === 'cosigned') await stall.chain.send(cosigned.wire);
            });
            return { transaction: null };
          }),
      }),
    });
    const ask = (shown: Partial<Presented>) => stall.ask(shown, { facilitator: 'http://elsewhere.test' });
    return { stall, ask, land: () => Promise.all(sends.map((send) => send())) };
  }

  test.each([
    ['as it was', undefined],
    ['with its payment-identifier', id],
  ])(
    'a payment that is shown again %s is looked up, not sent again, and served once it has landed',
    async (_, name) => {
      const { stall, ask, land } = await silentFacilitator();
      const payment = await present(stall, name);
      expect(await ask(payment)).toMatchObject({ status: 402, error: 'settlement_pending' });
      expect(await ask(payment)).toMatchObject({ status: 402, error: 'settlement_pending' });
      await land();
      await expect.poll(() => stall.earned()).toBe(10_000n);
      expect(await ask(payment)).toMatchObject({ status: 200, body: 'goods' });
      await stall.store.connection.committer.flushed();
      expect(await ask(payment)).toMatchObject(
        name === undefined ? { status: 402, error: 'duplicate_settlement' } : { status: 200, body: 'goods' },
      );
      expect(stall.upstream.calls).toBe(2);
      expect(await stall.earned()).toBe(10_000n);
    },
  );

  test('shown again as it was, which anybody can who reads the chain, it is worth nothing five minutes after it landed', async () => {
    const { clock, pass } = movable();
    const { stall, ask, land } = await silentFacilitator(clock);
    const payment = await present(stall);
    await ask(payment);
    await land();
    await expect.poll(() => stall.collector.reconcile().then(() => earliest(stall)?.state)).toBe('settled');
    pass(300_001);
    expect(await ask(payment)).toMatchObject({ status: 409, error: 'answer-not-kept' });
    expect(stall.upstream.calls).toBe(1);
  });

  test('its receipt is worth the answer after a restart too, when the payload is nothing but a duplicate', async () => {
    const { stall, ask, land } = await silentFacilitator();
    const payment = await present(stall);
    const receipt = { receipt: [(await ask(payment)).fields.get('payment-receipt') ?? ''] };
    await land();
    await stall.again();
    await expect.poll(() => stall.collector.reconcile().then(() => earliest(stall)?.state)).toBe('settled');
    expect(await ask(payment)).toMatchObject({ status: 402, error: 'duplicate_settlement' });
    expect(await ask(receipt)).toMatchObject({ status: 200, body: 'goods' });
    expect(await stall.earned()).toBe(10_000n);
  });
});

describe('windows', () => {
  test('an answer is kept for 600 s for its payment-identifier, and for 300 s for its receipt', async () => {
    const { clock, pass } = movable();
    const stall = await openStall({ clock });
    const payment = await present(stall, id);
    const paid = await stall.ask(payment);
    const receipt = { receipt: [paid.fields.get('payment-receipt') ?? ''] };
    await stall.store.connection.committer.flushed();
    pass(295_000);
    expect(await stall.ask(receipt)).toEqual(paid);
    pass(10_000);
    expect(await stall.ask(receipt)).toMatchObject({ status: 402, error: null });
    pass(290_000);
    expect(await stall.ask(payment)).toEqual(paid);
    pass(10_000);
    expect(await stall.ask(payment)).toMatchObject({ status: 409, error: 'answer-not-kept' });
    expect(stall.upstream.calls).toBe(1);
  });

  test('what was never answered is owed to its payment-identifier for a day', async () => {
    const { clock, pass } = movable();
    const stall = await openStall({ clock });
    const settle = async (): Promise<Presented> => {
      const payment = { ...nothing, ...(await present(stall, `${id}${stall.upstream.calls}`)) };
      const admission = await stall.till.admit(stall.quote, payment);
      if (admission.kind !== 'admitted') throw new Error('not admitted');
      await admission.sale.settle();
      await stall.store.connection.committer.flushed();
      await stall.again();
      return payment;
    };
    const early = await settle();
    pass(86_390_000);
    expect(await stall.ask(early)).toMatchObject({ status: 200 });
    const late = await settle();
    pass(86_410_000);
    expect(await stall.ask(late)).toMatchObject({ status: 409, error: 'answer-not-kept' });
    expect(stall.upstream.calls).toBe(1);
  });

  test('a clock that was years ahead for a moment takes nobody’s answer away, and keeps none for ever', async () => {
    const { clock, moved, pass } = movable();
    const stall = await openStall({ clock });
    moved.wall = 365 * 86_400_000;
    await stall.ask(await present(stall));
    await stall.store.connection.committer.flushed();
    moved.wall = 0;
    const payment = await present(stall, id);
    const paid = await stall.ask(payment);
    await stall.ask(await present(stall));
    await stall.store.connection.committer.flushed();
    expect(await stall.ask(payment)).toEqual(paid);
    pass(600_001);
    expect(await stall.ask(payment)).toMatchObject({ status: 409, error: 'answer-not-kept' });
  });
});

test('made-up proofs of open402 do not keep the chain and the shop busy: only so many of them wait', async () => {
  let looks = 0;
  const desk = createOpen402Desk({
    network: networks.sandbox,
    chain: {
      transaction: async () => {
        looks += 1;
        return null;
      },
    },
    clock: systemClock,
    log: silentLog,
  });
  const quote = { payTo: networks.sandbox.usdc.mint, amount: 1n } as Quote;
  const proof = { txHash: 'made up', chain: 'solana', payerAddress: 'nobody', requestId: 'request' };
  let answered = 0;
  const all = Array.from({ length: 100 }, () =>
    desk.prove(quote, proof).then(() => {
      answered += 1;
    }),
  );
  await new Promise((resolve) => setImmediate(resolve));
  expect({ answered, looks }).toEqual({ answered: 68, looks: 100 });
  await Promise.all(all);
});
