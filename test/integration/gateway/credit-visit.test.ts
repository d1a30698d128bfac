import { expect, onTestFinished, test, vi } from 'vitest';
import type { CreditDesk } from '../../../src-main/gateway/prepaid/credit-desk.ts';
import { type OriginScript, startRawOrigin } from '../../support/raw-origin.ts';
import { testShop } from '../../support/test-shop.ts';

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';

/** Credit that a test watches: `good` is worth a call, everything else nothing. */
async function shopWithCredit(said: string, recorded: Promise<boolean>, limits = {}) {
  const script: OriginScript = async (connection) => {
    for (;;) {
      await connection.head();
      connection.say(said);
    }
  };
  const origin = await startRawOrigin(script);
  onTestFinished(() => origin.stop());
  let given = 0;
  const giveBack = (): void => {
    given += 1;
  };
  const credits: CreditDesk = {
    take: (header) =>
      header === 'good'
        ? { kind: 'taken', payer: 'p', remaining: 6, recorded: () => recorded, giveBack }
        : { kind: 'refused', code: 'malformed_credential' },
    answer: () => Promise.reject(new Error('asked unasked')),
  };
  const world = await testShop({ target: origin.url, limits }, { credits });
  const ask = (credential: string, more = {}) =>
    fetch(`${world.shop.url}/x`, { headers: { 'x-prepaid-credential': credential, ...more } });
  return { ...world, origin, ask, given: () => given };
}

test('a call from credit is answered with what is left', async () => {
  const { ask, given } = await shopWithCredit(ok, Promise.resolve(true));
  const answer = await ask('good');
  expect([answer.status, await answer.text(), answer.headers.get('x-prepaid-remaining')]).toEqual([200, 'hello', '6']);
  expect(given()).toBe(0);
});

test('the answer waits until the count will last', async () => {
  const recorded = Promise.withResolvers<boolean>();
  const { ask, origin } = await shopWithCredit(ok, recorded.promise);
  let answered = false;
  const answer = ask('good').then((response) => {
    answered = true;
    return response;
  });
  await vi.waitFor(() => expect(origin.connections).toBe(1));
  await new Promise((resolve) => setImmediate(resolve));
  expect(answered).toBe(false);
  recorded.resolve(true);
  expect(await (await answer).text()).toBe('hello');
});

test('a call that the books did not count is a 402, and not one byte of the answer', async () => {
  const { ask, given } = await shopWithCredit(ok, Promise.resolve(false));
  const answer = await ask('good');
  expect(answer.status).toBe(402);
  expect(await answer.text()).not.toContain('hello');
  expect(given()).toBe(0);
});

test.each([
  'HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n',
  'rubbish\r\n\r\n',
])('a call that failed is given back: %j', async (said) => {
  const { ask, given } = await shopWithCredit(said, Promise.resolve(true));
  const answer = await ask('good');
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.headers.get('x-prepaid-remaining')).toBe('7');
  expect(given()).toBe(1);
});

test('credit that is worth nothing falls through to the payment beside it, or to a 402', async () => {
  const { ask, till } = await shopWithCredit(ok, Promise.resolve(true));
  expect((await ask('bad')).status).toBe(402);
  expect((await ask('bad', { 'payment-signature': 'pay:p:1' })).status).toBe(200);
  expect(till.told).toContain('settle');
});

test('credit that is worth something goes before the payment beside it', async () => {
  const { ask, till } = await shopWithCredit(ok, Promise.resolve(true));
  expect((await ask('good', { 'payment-signature': 'pay:p:1' })).status).toBe(200);
  expect(till.told).toEqual([]);
});

test('a buyer above its limit has its call back', async () => {
  const { ask, given } = await shopWithCredit(ok, Promise.resolve(true), { perPayerMinute: 1 });
  expect((await ask('good')).status).toBe(200);
  expect((await ask('good')).status).toBe(429);
  expect(given()).toBe(1);
});
