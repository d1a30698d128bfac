import { describe, expect, test, vi } from 'vitest';
import type { PresentedPayment } from '../../../src-main/payments/ports.ts';
import { createAnswers } from '../../../src-main/store/answers.ts';
import { createRevenue } from '../../../src-main/store/revenue.ts';
import { createSettlements } from '../../../src-main/store/settlements.ts';
import { earned, feePaid } from '../../../src-main/wallet/ledger.ts';
import { GroatError } from '../../../src-shared/errors/index.ts';
import { asset, openTestStore, setClock, type TestStore } from '../../support/test-store.ts';

const dayMs = 24 * 60 * 60 * 1000;

const paymentOf = (messageHash: string, changes: Partial<PresentedPayment> = {}): PresentedPayment => ({
  messageHash,
  sale: `sale_${messageHash}`,
  purpose: 'call',
  dialect: 'x402-v2',
  shop: 'demo',
  method: 'GET',
  route: '/*',
  url: 'http://127.0.0.1/x',
  requestHash: 'request',
  payer: 'payer',
  payTo: 'till',
  asset,
  amount: 10n,
  fee: 1n,
  paymentId: null,
  payloadHash: null,
  ...changes,
});
const payment = paymentOf('hash');

async function settle({ settlements }: TestStore, one: PresentedPayment): Promise<void> {
  await settlements.claim(one);
  await settlements.sending(one.messageHash, `signature of ${one.messageHash}`, 10n);
  await settlements.settled(one.messageHash, `signature of ${one.messageHash}`, earned(asset, one.amount));
}

describe('claims', () => {
  test('of 32 claims of one payment, one succeeds, and after it settled none ever does', async () => {
    const store = openTestStore(setClock(1));
    const claims = await Promise.all(Array.from({ length: 32 }, () => store.settlements.claim(payment)));
    expect(claims.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
    await store.settlements.sending('hash', 'sig', 10n);
    await store.settlements.settled('hash', 'sig', earned(asset, 10n));
    await store.settlements.settled('hash', 'sig', earned(asset, 10n));
    await store.settlements.failed('hash', 'late news', earned(asset, 10n));
    expect(store.ledger.balance('received', asset)).toBe(10n);
    await store.settlements.abandon('hash');
    await store.settlements.dropUnsentClaims();
    await store.close();
    const again = openTestStore(setClock(2), store.file);
    expect(await again.settlements.claim(payment)).toMatchObject({ kind: 'known', sale: { state: 'settled' } });
  });

  test('a claim waits for no disk; whatever is sent and what has landed is on it, with all before', async () => {
    const { settlements, connection } = openTestStore(setClock(1));
    /** How the last commit asked the disk: 2 waits for it. */
    const mode = () => Number(connection.db.pragma('synchronous', { simple: true }));
    expect(await settlements.claim(payment)).toEqual({ kind: 'claimed' });
    expect(mode()).toBe(1);
    await settlements.sending('hash', 'sig', 10n);
    expect(mode()).toBe(2);
    const [claim] = await Promise.all([
      settlements.claim(paymentOf('other')),
      settlements.settled('hash', 'sig', earned(asset, 10n)),
      settlements.delivered('hash', 'complete', 200),
    ]);
    expect(claim).toEqual({ kind: 'claimed' });
    expect(mode()).toBe(1);
    await settlements.claimLanded(paymentOf('landed'), 'sig of landed', []);
    expect(mode()).toBe(2);
  });

  test('a claim that was never sent can be given back; one that was sent cannot', async () => {
    const { settlements } = openTestStore(setClock(1));
    expect(await settlements.claim(payment)).toEqual({ kind: 'claimed' });
    await settlements.abandon('hash');
    expect(await settlements.claim(payment)).toEqual({ kind: 'claimed' });
    await settlements.dropUnsentClaims();
    expect(await settlements.claim(payment)).toEqual({ kind: 'claimed' });
    await settlements.sending('hash', 'sig', 10n);
    await settlements.abandon('hash');
    await settlements.dropUnsentClaims();
    expect(await settlements.claim(payment)).toMatchObject({ kind: 'known' });
    expect(settlements.sendingNow()).toMatchObject([{ messageHash: 'hash', signature: 'sig', deadHeight: 10n }]);
  });

  test('what is not claimed cannot be sent, and nothing is sent twice', async () => {
    const { settlements } = openTestStore(setClock(1));
    await expect(settlements.sending('hash', 'sig', 1n)).rejects.toBeInstanceOf(GroatError);
    await settlements.claim(payment);
    await settlements.sending('hash', 'sig', 1n);
    await expect(settlements.sending('hash', 'sig-2', 1n)).rejects.toBeInstanceOf(GroatError);
  });

  test('a payment-identifier is taken once in a shop, and says by whom', async () => {
    const { settlements } = openTestStore(setClock(1));
    await settlements.claim(paymentOf('a', { paymentId: 'id', payloadHash: 'p' }), { receiptHash: 'r' });
    expect(await settlements.claim(paymentOf('b', { paymentId: 'id', payloadHash: 'q' }))).toMatchObject({
      kind: 'identifier',
      sale: { messageHash: 'a', payloadHash: 'p', receiptHash: 'r' },
    });
    expect(await settlements.claim(paymentOf('b', { paymentId: 'id', shop: 'other' }))).toEqual({ kind: 'claimed' });
  });

  test('a landed transfer buys one thing: 16 calls and 16 packages, one of them, with what was written beside it', async () => {
    const store = openTestStore(setClock(1));
    let issued = 0;
    const claims = await Promise.all(
      Array.from({ length: 32 }, (_, i) =>
        store.settlements.claimLanded(
          paymentOf('landed', { purpose: i % 2 === 0 ? 'package' : 'call' }),
          'sig',
          earned(asset, 10n),
          () => {
            issued += 1;
          },
        ),
      ),
    );
    expect(claims.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
    expect(issued).toBe(1);
    expect(store.ledger.balance('received', asset)).toBe(10n);
  });

  test('what is written beside a landed transfer undoes the claim when it fails', async () => {
    const store = openTestStore(setClock(1));
    const broken = store.settlements.claimLanded(payment, 'sig', earned(asset, 10n), () => {
      throw new Error('no credit');
    });
    await expect(broken).rejects.toThrow('no credit');
    expect(store.settlements.get('hash')).toBeNull();
    expect(store.ledger.balance('received', asset)).toBe(0n);
    expect(await store.settlements.claimLanded(payment, 'sig', earned(asset, 10n))).toEqual({ kind: 'claimed' });
  });

  test('the facilitator’s ceiling is kept by 32 claims at once, and comes back a day later', async () => {
    const clock = setClock(1);
    const { settlements } = openTestStore(clock);
    const foreign = (name: string) => paymentOf(name, { purpose: 'facilitator', fee: 10n });
    const claims = await Promise.all(
      Array.from({ length: 32 }, (_, i) => settlements.claim(foreign(`f${i}`), { feeCeiling: 55n })),
    );
    expect(claims.filter(({ kind }) => kind === 'claimed')).toHaveLength(5);
    expect(claims.filter(({ kind }) => kind === 'over-ceiling')).toHaveLength(27);
    expect(settlements.facilitatorFees()).toBe(50n);
    clock.at += dayMs + 1;
    expect(await settlements.claim(foreign('later'), { feeCeiling: 55n })).toEqual({ kind: 'claimed' });
  });

  test('a transfer that failed costs its fee and earns nothing', async () => {
    const store = openTestStore(setClock(1));
    await store.settlements.claim(payment);
    await store.settlements.sending('hash', 'sig', 1n);
    await store.settlements.failed('hash', 'it failed', feePaid('native', 5n));
    await store.settlements.settled('hash', 'sig', earned(asset, 10n));
    expect(store.ledger.balance('received', asset)).toBe(0n);
    expect(store.ledger.balance('fees', 'native')).toBe(5n);
    expect(createRevenue(store.connection).total('demo')).toEqual({ amount: 0n, count: 0 });
  });
});

test('what was delivered whole stays so, whatever is said later', async () => {
  const store = openTestStore(setClock(1));
  await settle(store, payment);
  await store.settlements.delivered('hash', 'cut', 200);
  expect(store.settlements.list({ shop: 'demo', undelivered: true, before: null, limit: 9 })).toHaveLength(1);
  await store.settlements.delivered('hash', 'complete', 200);
  await store.settlements.delivered('hash', 'refused', 500);
  expect(store.settlements.get('hash')).toMatchObject({ delivery: 'complete', httpStatus: 200 });
  expect(store.settlements.list({ shop: 'demo', undelivered: true, before: null, limit: 9 })).toEqual([]);
});

test('sales are listed newest first, page by page, each once, also where many are of one moment', async () => {
  const clock = setClock(1);
  const { settlements } = openTestStore(clock);
  for (let i = 0; i < 30; i += 1) {
    clock.at = 1 + Math.floor(i / 7);
    await settlements.claim(paymentOf(`m${i}`, { shop: i % 3 === 0 ? 'other' : 'demo' }));
  }
  const read = (shop: string | null) => {
    const found: string[] = [];
    let before: string | null = null;
    for (;;) {
      const page = settlements.list({ shop, undelivered: false, before, limit: 4 });
      found.push(...page.map(({ messageHash }) => messageHash));
      if (page.length < 4) return found;
      before = page.at(-1)?.sale ?? null;
    }
  };
  expect(read(null)).toHaveLength(30);
  expect(new Set(read(null)).size).toBe(30);
  expect(read('demo')).toHaveLength(20);
  expect(settlements.list({ shop: null, undelivered: false, before: 'sale_nobody', limit: 4 })).toEqual([]);
});

test('everything about sales is found by an index, so that a long history changes nothing', () => {
  const { connection, ledger } = openTestStore(setClock(1));
  const prepare = vi.spyOn(connection.db, 'prepare');
  createSettlements(connection, ledger, createRevenue(connection));
  createAnswers(connection);
  const statements = prepare.mock.calls.map(([sql]) => sql).filter((sql) => /^\s*(SELECT|UPDATE|DELETE)/.test(sql));
  prepare.mockRestore();
  expect(statements.length).toBeGreaterThan(15);
  for (const sql of statements) {
    // What is kept of answers is counted once, when the store is opened.
    if (/COALESCE\(SUM/.test(sql)) continue;
    const plan = connection.db
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql.replaceAll('?', 'NULL')}`)
      .all()
      .map(({ detail }) => detail)
      .join('\n');
    expect(plan, sql).not.toMatch(/^SCAN (settlements|answers|revenue)(?! USING)/m);
    expect(plan, sql).not.toContain('USE TEMP B-TREE FOR ORDER BY\n');
  }
});

describe('revenue', () => {
  test('is added up by day, route and payer, with what was ever earned', async () => {
    const clock = setClock(dayMs);
    const store = openTestStore(clock);
    const revenue = createRevenue(store.connection);
    await settle(store, paymentOf('a'));
    await settle(store, paymentOf('b', { route: '/v1/*', amount: 30n }));
    clock.at += dayMs;
    await settle(store, paymentOf('c', { payer: 'another' }));
    await settle(store, paymentOf('d', { shop: 'other' }));
    await settle(store, paymentOf('e', { purpose: 'facilitator', shop: 'demo' }));
    expect(revenue.total('demo')).toEqual({ amount: 50n, count: 3 });
    expect(revenue.days('demo', 0)).toEqual([
      { day: 1, amount: 40n, count: 2 },
      { day: 2, amount: 10n, count: 1 },
    ]);
    expect(revenue.by('route', 'demo', 0, 5)).toEqual([
      { key: '/v1/*', amount: 30n, count: 1 },
      { key: '/*', amount: 20n, count: 2 },
    ]);
    expect(revenue.by('payer', 'demo', 2, 5)).toEqual([{ key: 'another', amount: 10n, count: 1 }]);
  });

  test('of a day tells a thousand rows apart, and counts what is beyond them', async () => {
    const store = openTestStore(setClock(1));
    const revenue = createRevenue(store.connection);
    await store.connection.committer.write(() => {
      for (let i = 0; i < 1_200; i += 1) revenue.add(1, paymentOf('x', { payer: `payer ${i}` }));
    });
    const count = store.connection.db.prepare('SELECT COUNT(*) FROM revenue WHERE day = 0').pluck().get();
    expect(count).toBe(1_001n);
    expect(revenue.days('demo', 0)).toEqual([{ day: 0, amount: 12_000n, count: 1_200 }]);
    expect(revenue.by('payer', 'demo', 0, 1)).toEqual([{ key: '', amount: 2_000n, count: 200 }]);
  });
});

describe('kept answers', () => {
  const answer = (body: string) => ({ status: 200, reason: 'OK', headers: ['A', 'b'], body: Buffer.from(body) });

  test('come back as they were until their time is over', async () => {
    const store = openTestStore(setClock(1));
    const answers = createAnswers(store.connection);
    await answers.keep('hash', answer('goods'), 100);
    expect(answers.get('hash', 99)).toEqual({ ...answer('goods') });
    expect(answers.get('hash', 100)).toBeNull();
    expect(answers.get('other', 1)).toBeNull();
    await answers.keep('hash', answer('better goods'), 200);
    expect(answers.get('hash', 150)?.body.toString()).toBe('better goods');
  });

  test('take no more room than they may: the oldest go first, also after a restart', async () => {
    const store = openTestStore(setClock(1));
    const answers = createAnswers(store.connection, 3_000);
    for (const name of ['a', 'b', 'c']) await answers.keep(name, answer('x'.repeat(700)), 100);
    expect(['a', 'b', 'c'].map((name) => answers.get(name, 1) !== null)).toEqual([true, true, true]);
    await answers.keep('d', answer('x'.repeat(700)), 100);
    expect(['a', 'b', 'c', 'd'].map((name) => answers.get(name, 1) !== null)).toEqual([false, true, true, true]);
    const again = createAnswers(store.connection, 3_000);
    await again.keep('e', answer('x'.repeat(700)), 100);
    expect(['b', 'c', 'd', 'e'].map((name) => again.get(name, 1) !== null)).toEqual([false, true, true, true]);
  });
});
