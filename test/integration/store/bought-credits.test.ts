import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { createPrepaidPurse } from '../../../src-main/payments/index.ts';
import type { PrepaidUse } from '../../../src-main/payments/ports.ts';
import type { BoughtCredit } from '../../../src-main/payments/rails/prepaid/ports.ts';
import type { Authorization, Gate } from '../../../src-main/policy/index.ts';
import { createBoughtCredits } from '../../../src-main/store/bought-credits.ts';
import { createOriginSecrets } from '../../../src-main/store/origin-secrets.ts';
import { createPurchases } from '../../../src-main/store/purchases.ts';
import { maxAtomic, networks, toAgentName, toAtomic } from '../../../src-shared/model/index.ts';
import { openTestStore, setClock } from '../../support/test-store.ts';

const key = createSecretKey(Buffer.alloc(32, 3));
const origin = 'https://shop.example';
const bot = toAgentName('bot');
const start = Date.UTC(2027, 0, 1);

const creditOf = (changes: Partial<BoughtCredit> = {}): BoughtCredit => ({
  id: 'pre_1',
  origin,
  seller: 'Seller',
  package: 'p3d_100',
  name: 'Starter',
  form: 'groat',
  agent: 'bot',
  order: 'ord_1',
  price: toAtomic(1_500_000n),
  perCall: toAtomic(20_000n),
  calls: 100,
  header: 'groat1.x.y',
  boughtAt: start,
  expiresAt: start + 3 * 86_400_000,
  short: null,
  renewal: null,
  ...changes,
});

function open() {
  const clock = setClock(start);
  const store = openTestStore(clock);
  const { connection, log } = store;
  const credits = createBoughtCredits(connection, 'sandbox', key, log);
  return { clock, store, connection, log, credits };
}

/** A gate that says yes or no to everything, and counts how often it was asked. */
function gateThat(answers: 'yes' | 'no' | 'withdrawn' = 'yes') {
  let asked = 0;
  const gate: Pick<Gate, 'authorize' | 'redeem'> = {
    async authorize() {
      asked += 1;
      if (answers === 'no') return { kind: 'denied', reason: 'agent-paused', detail: 'bot is paused.' };
      return { kind: 'granted', authorization: Object.freeze({}) as Authorization };
    },
    redeem(): never {
      throw new Error('unused');
    },
  };
  return { gate: { ...gate, redeem: () => undefined as never }, asked: () => asked };
}

const call = { method: 'GET', url: `${origin}/x`, queryHash: null, bodyHash: null, price: toAtomic(20_000n) };

function purseOver(credits: ReturnType<typeof open>['credits'], gate: Pick<Gate, 'authorize' | 'redeem'>) {
  const purse = createPrepaidPurse({
    network: networks.sandbox,
    gate,
    credits,
    now: () => start,
    random: systemRandom,
    log: silentLog,
    changed: () => undefined,
  });
  return {
    async takeFor(...asked: Parameters<typeof purse.takeFor>): Promise<PrepaidUse | null> {
      const use = await purse.takeFor(...asked);
      if (use !== null && 'kind' in use) throw new Error(use.detail);
      return use;
    },
  };
}

describe('what lies sealed', () => {
  const edits: readonly (readonly [string, string])[] = [
    ['its origin', "UPDATE bought_credits SET origin = 'https://evil.example'"],
    ['its end', 'UPDATE bought_credits SET expires_at = expires_at + 86400000'],
    ['how many calls it had', 'UPDATE bought_credits SET calls = calls + 1'],
    ['its id', "UPDATE bought_credits SET id = 'pre_2'"],
    [
      'one byte of it',
      "UPDATE bought_credits SET sealed = CAST(substr(sealed, 1, 40) || x'00' || substr(sealed, 42) AS BLOB)",
    ],
  ];
  test.each(edits)('is no credit once somebody has changed %s', async (_, sql) => {
    const { credits, connection } = open();
    await credits.add(creditOf(), null);
    expect(credits.usable(origin, start)?.credit.id).toBe('pre_1');
    connection.db.exec(sql);
    expect(credits.usable(origin, start)).toBeNull();
    expect(credits.usable('https://evil.example', start)).toBeNull();
    expect(credits.list()).toEqual([]);
  });

  test('says nothing in the file of what it holds', async () => {
    const { credits, connection, log } = open();
    await credits.add(creditOf({ header: 'groat1.secretsecret.mac' }), null);
    const secrets = createOriginSecrets(connection, 'sandbox', key, log);
    await secrets.set({ origin, secret: 'sk-verysecret', agents: ['bot'] });
    const dump = JSON.stringify(
      [
        connection.db.prepare('SELECT CAST(sealed AS TEXT), origin FROM bought_credits').all(),
        connection.db.prepare('SELECT CAST(sealed AS TEXT), origin FROM origin_secrets').all(),
        connection.db.prepare('SELECT body FROM log').all(),
      ],
      (_, value) => (typeof value === 'bigint' ? String(value) : value),
    );
    expect(dump).not.toContain('verysecret');
    expect(dump).not.toContain('secretsecret');
    expect(secrets.for(origin, 'bot')).toBe('sk-verysecret');
    expect(secrets.for(origin, 'other'), 'only whom the owner named').toBeNull();
    expect(secrets.for('https://shop.example:8443', 'bot'), 'another port is another origin').toBeNull();
  });

  test('a key for one origin opens at no other', async () => {
    const { connection, log } = open();
    const secrets = createOriginSecrets(connection, 'sandbox', key, log);
    await secrets.set({ origin, secret: 'sk-1', agents: [] });
    connection.db.exec("UPDATE origin_secrets SET origin = 'https://evil.example'");
    expect(secrets.for('https://evil.example', 'bot')).toBeNull();
    expect(secrets.list()).toEqual([]);
  });

  test('a purchase that somebody has moved to another order is none', async () => {
    const { connection } = open();
    const purchases = createPurchases(connection, 'sandbox', key);
    const { id: _id, renewal: _r, header: _h, boughtAt: _b, expiresAt: _e, short: _s, ...about } = creditOf();
    await purchases.begin({ ...about, days: 3, secret: 'ab', renews: null });
    expect(purchases.open()).toHaveLength(1);
    connection.db.exec("UPDATE purchases SET order_id = 'ord_2'");
    expect(purchases.open()).toEqual([]);
  });
});

describe('the counter', () => {
  test('32 takings at once from 20 calls: 20 of them', async () => {
    const { credits } = open();
    await credits.add(creditOf({ calls: 20 }), null);
    const purse = purseOver(credits, gateThat().gate);
    const uses = await Promise.all(Array.from({ length: 32 }, () => purse.takeFor(origin, bot, call)));
    expect(uses.filter((use) => use !== null)).toHaveLength(20);
    expect(credits.get('pre_1')?.remaining).toBe(0);
  });

  test('an agent that may not gets none, and costs none', async () => {
    const { credits, connection } = open();
    await credits.add(creditOf(), null);
    const { gate, asked } = gateThat('no');
    expect(await purseOver(credits, gate).takeFor(origin, bot, call)).toBeNull();
    await connection.committer.flushed();
    expect(asked()).toBe(1);
    expect(credits.get('pre_1')?.remaining).toBe(100);
  });

  test.each([
    'https://shop.example:444',
    'http://shop.example',
    'https://shop.example.evil.test',
    'https://evil.example',
  ])('nothing goes to %s, whatever address it says it is paid at', async (other) => {
    const { credits } = open();
    await credits.add(creditOf(), null);
    const { gate, asked } = gateThat();
    expect(await purseOver(credits, gate).takeFor(other, bot, call)).toBeNull();
    expect(asked()).toBe(0);
  });

  test('expired and refused credit is not taken from', async () => {
    const { credits } = open();
    await credits.add(creditOf(), null);
    expect(await credits.take('pre_1', start + 3 * 86_400_000)).toBe(false);
    await credits.refuse('pre_1', 'no more');
    expect(await credits.take('pre_1', start)).toBe(false);
    expect(credits.usable(origin, start)).toBeNull();
  });

  test('three 402s in a row, and the seller is not asked again; a success between forgives', async () => {
    const { credits, connection } = open();
    await credits.add(creditOf(), null);
    const purse = purseOver(credits, gateThat().gate);
    const answer = async (status: number) => {
      (await purse.takeFor(origin, bot, call))?.answered(status, null);
      await connection.committer.flushed();
    };
    for (const status of [402, 402, 200, 402, 402]) await answer(status);
    expect(credits.get('pre_1')).toMatchObject({ remaining: 99, refused: null });
    await answer(402);
    expect(credits.get('pre_1')?.refused).not.toBeNull();
    expect(await purse.takeFor(origin, bot, call)).toBeNull();
  });

  test('whatever sellers answer, in whatever order, nothing inflates: what is left and what was used are what was bought', async () => {
    const ending = fc.oneof(
      fc.record({ kind: fc.constant('answered' as const), status: fc.constantFrom(200, 204, 400, 403, 429, 500, 503) }),
      fc.record({ kind: fc.constantFrom('lost' as const, 'neverSent' as const), status: fc.constant(0) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(ending, { minLength: 1, maxLength: 6 }), { maxLength: 12 }),
        async (rounds) => {
          const { credits, connection, store } = open();
          await credits.add(creditOf({ calls: 15 }), null);
          const purse = purseOver(credits, gateThat().gate);
          let used = 0;
          for (const endings of rounds) {
            const uses: (PrepaidUse | null)[] = await Promise.all(endings.map(() => purse.takeFor(origin, bot, call)));
            endings.forEach(({ kind, status }, i) => {
              const use = uses[i] ?? null;
              if (use === null) return;
              // Said twice and more: the first word counts.
              for (let said = 0; said < 3; said += 1) {
                if (kind === 'answered') use.answered(status, null);
                else use[kind]();
                use.lost();
              }
              if (kind === 'answered' && status !== 429 && status < 500) used += 1;
            });
            await connection.committer.flushed();
            expect(credits.get('pre_1')?.remaining).toBe(15 - used);
          }
          expect(credits.usesSince('pre_1', 0).count).toBe(used);
          await store.close();
        },
      ),
      { numRuns: 25 },
    );
  });

  test('what the seller says is left only makes less of it, and bounds what is given back', async () => {
    const { credits, connection } = open();
    await credits.add(creditOf({ calls: 50 }), null);
    const purse = purseOver(credits, gateThat().gate);
    const [first, second, third] = await Promise.all([1, 2, 3].map(() => purse.takeFor(origin, bot, call)));
    first?.answered(200, 5);
    await connection.committer.flushed();
    expect(credits.get('pre_1')?.remaining).toBe(5);
    second?.lost();
    third?.answered(500, 1_000_000);
    await connection.committer.flushed();
    expect(credits.get('pre_1')?.remaining, 'never above what was said and what was under way').toBeLessThanOrEqual(7);
    const next = await purse.takeFor(origin, bot, call);
    next?.answered(200, 100);
    await connection.committer.flushed();
    expect(credits.get('pre_1')?.remaining).toBeLessThanOrEqual(6);
  });

  test('saved is what each call would have cost, less its share of the price', async () => {
    const { credits, connection } = open();
    await credits.add(creditOf(), null);
    const purse = purseOver(credits, gateThat().gate);
    for (let i = 0; i < 2; i += 1) (await purse.takeFor(origin, bot, call))?.answered(200, null);
    await connection.committer.flushed();
    expect(credits.usesSince('pre_1', 0)).toEqual({ count: 2, saved: 10_000n });
  });

  test('a call is never taken to be worth more than the package, whatever the seller says that it costs', async () => {
    const { credits, connection } = open();
    await credits.add(creditOf(), null);
    const purse = purseOver(credits, gateThat().gate);
    const dear = { ...call, price: toAtomic(maxAtomic) };
    for (let i = 0; i < 3; i += 1) (await purse.takeFor(origin, bot, dear))?.answered(200, null);
    await connection.committer.flushed();
    expect(credits.usesSince('pre_1', 0)).toEqual({ count: 3, saved: 3n * (1_500_000n - 15_000n) });
  });
});

test('the rule of a credit goes over to the one that renews it, once', async () => {
  const { credits } = open();
  const renewal = { below: 10, upTo: toAtomic(2_000_000n) };
  await credits.add(creditOf(), null);
  await credits.setRenewal('pre_1', renewal);
  expect(await credits.add(creditOf({ id: 'pre_2', order: 'ord_2' }), 'pre_1')).toBe('added');
  expect(await credits.add(creditOf({ id: 'pre_2', order: 'ord_3' }), null)).toBe('known');
  expect(credits.get('pre_2')?.credit).toMatchObject({ renewal, order: 'ord_2' });
  expect(credits.get('pre_1')?.credit.renewal).toBeNull();
});

test('what is thrown away is used up or over; what a seller refuses keeps its calls until then', async () => {
  const { clock, credits } = open();
  const named = (id: string, changes: Partial<BoughtCredit> = {}) =>
    credits.add(creditOf({ id, order: `ord_${id}`, header: `groat1.${id}`, ...changes }), null);
  await named('good');
  await named('refused');
  await named('used-up', { calls: 1 });
  await named('over', { expiresAt: start + 1000 });
  await credits.refuse('refused', 'it answered 402');
  expect(await credits.take('used-up', start)).toBe(true);
  clock.at = start + 2000;
  expect(await credits.purge(clock.now())).toBe(2);
  expect(
    credits
      .list()
      .map(({ credit }) => credit.id)
      .sort(),
  ).toEqual(['good', 'refused']);
});
