import { expect, test } from 'vitest';
import { noCheckpoints } from '../../../src-main/base/checkpoint.ts';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { createPayer, type PayableRequest } from '../../../src-main/payments/index.ts';
import type { ActionRequest, Authorized, Gate } from '../../../src-main/policy/index.ts';
import { networks, type RefusalReason, toAgentName } from '../../../src-shared/model/index.ts';

const unasked = (): never => {
  throw new Error('asked unasked');
};

/** A payer whose gate says what the test wants, with one key for one origin and no money to move. */
function payerWith(origin: string, answer: RefusalReason | null = null) {
  const asked: ActionRequest[] = [];
  const gate: Gate = {
    authorize: async (request): Promise<Authorized> => {
      asked.push(request);
      if (answer !== null) return { kind: 'denied', reason: answer, detail: '' };
      return {
        kind: 'granted',
        authorization: Object.freeze({}) as Extract<Authorized, { authorization: object }>['authorization'],
      };
    },
    redeem: () => {
      const [last] = asked.slice(-1);
      return last ?? unasked();
    },
    assertStanding: () => undefined,
    refused: () => undefined,
    stop: () => undefined,
    mayBrowse: () => false,
  };
  const payer = createPayer({
    network: networks.sandbox,
    httpOrigins: () => new Set(['http://api.lan:8080']),
    gate,
    orders: { prepare: unasked, prepareOwn: unasked, report: unasked },
    underWay: new Set(),
    reconcile: { confirm: unasked },
    broadcast: { prepare: unasked },
    unclaimed: { add: unasked, take: unasked, release: unasked },
    prepaid: { takeFor: async () => null },
    secrets: { for: (at) => (at === origin ? 'the-key' : null) },
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    reached: noCheckpoints,
  });
  return { payer, asked };
}

const request = (url: string, rawHeaders: readonly string[] = []): PayableRequest => ({
  agent: toAgentName('scout'),
  method: 'GET',
  url: new URL(url),
  rawHeaders,
});
const nobody = { gone: null, bodyHash: null, body: () => null };
const plain402 = { rawHeaders: [], body: Buffer.from('{"error":"key missing"}') };

test('a 402 with nothing to pay is answered with the owner’s key for that origin, by the gate’s leave', async () => {
  const { payer, asked } = payerWith('https://api.test');
  const outcome = await payer.pay(request('https://api.test/v1?q=1'), plain402, nobody);
  if (outcome.kind !== 'granted') throw new Error(outcome.detail);
  expect(outcome.attempt).toMatchObject({ orderId: null, by: 'secret' });
  expect(await outcome.attempt.submit()).toEqual({ kind: 'ready', headers: [['Authorization', 'Bearer the-key']] });
  expect(asked).toMatchObject([{ action: 'use-secret', amount: 0n, origin: 'https://api.test', agent: 'scout' }]);
  expect(JSON.stringify({ ...asked[0], amount: '' })).not.toContain('the-key');
});

test('the key goes to no other origin: not to another port, scheme, sub-domain or look-alike', async () => {
  const { payer, asked } = payerWith('https://api.test');
  for (const url of [
    'https://api.test:8443/',
    'https://evil.api.test/',
    'https://api.test.evil/',
    'https://api.tes/',
    'https://user@evil.test/https://api.test',
  ]) {
    expect(await payer.pay(request(url), plain402, nobody), url).toMatchObject({ kind: 'denied', reason: 'no-offer' });
  }
  expect(await payer.pay(request('http://api.test/'), plain402, nobody)).toMatchObject({ reason: 'insecure-origin' });
  expect(asked).toEqual([]);
});

test('a request with an Authorization of its own keeps it, and gets no key', async () => {
  const { payer, asked } = payerWith('https://api.test');
  const own = request('https://api.test/', ['authorization', 'Bearer of-the-agent']);
  expect(await payer.pay(own, plain402, nobody)).toMatchObject({ kind: 'denied', reason: 'no-offer' });
  expect(asked).toEqual([]);
});

test('an agent that may not use it gets the 402 and the reason', async () => {
  const { payer } = payerWith('https://api.test', 'action-not-permitted');
  const outcome = await payer.pay(request('https://api.test/'), plain402, nobody);
  expect(outcome).toMatchObject({ kind: 'denied', reason: 'action-not-permitted' });
});
