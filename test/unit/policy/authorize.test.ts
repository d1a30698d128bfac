import { expect, test } from 'vitest';
import { authorize, type Intent, type Reservations, redeem, type SpendFacts } from '../../../src-main/policy/index.ts';
import { toAgentName, toAtomic } from '../../../src-shared/model/index.ts';

const intent: Intent = {
  id: 'ord_1',
  agent: toAgentName('bot'),
  method: 'GET',
  url: 'http://127.0.0.1/x',
  queryHash: null,
  dialect: 'x402-v2',
  network: 'solana:x',
  asset: 'mint',
  amount: toAtomic(10n),
  payee: 'payee',
};

const roomy: SpendFacts = {
  agentLive: true,
  limits: { perPayment: toAtomic(10n), perDay: toAtomic(100n) },
  spentToday: toAtomic(0n),
  open: toAtomic(0n),
  available: toAtomic(10n),
};

const store = (facts: Partial<SpendFacts>): Reservations => ({
  reserve: async (_intent, decide) => decide({ ...roomy, ...facts }),
});

const reasonFor = async (facts: Partial<SpendFacts>) => {
  const outcome = await authorize(intent, store(facts));
  return outcome.kind === 'denied' ? outcome.reason : outcome.kind;
};

test('equality with every limit is allowed, one unit more is not', async () => {
  expect(await reasonFor({})).toBe('granted');
  expect(await reasonFor({ limits: { perPayment: toAtomic(9n), perDay: toAtomic(100n) } })).toBe('over-payment-limit');
  expect(await reasonFor({ spentToday: toAtomic(90n) })).toBe('granted');
  expect(await reasonFor({ spentToday: toAtomic(91n) })).toBe('over-day-limit');
  expect(await reasonFor({ available: toAtomic(9n) })).toBe('insufficient-funds');
});

test('what is open counts as spent', async () => {
  expect(await reasonFor({ spentToday: toAtomic(50n), open: toAtomic(40n) })).toBe('granted');
  expect(await reasonFor({ spentToday: toAtomic(50n), open: toAtomic(41n) })).toBe('over-day-limit');
});

test('a revoked agent is refused before anything else is looked at', async () => {
  expect(await reasonFor({ agentLive: false, available: toAtomic(0n) })).toBe('agent-revoked');
});

test('an Authorization is good once, for what was granted; a look-alike, a changed intent or a second use is not', async () => {
  const mutable = { ...intent };
  const outcome = await authorize(mutable, store({}));
  if (outcome.kind !== 'granted') throw new Error('not granted');
  mutable.amount = toAtomic(9n);
  const { authorization } = outcome;
  const refused = expect.objectContaining({ code: 'signer-refused' });
  expect(() => redeem({ ...authorization })).toThrowError(refused);
  expect(() => redeem(Object.create(authorization))).toThrowError(refused);
  const redeemed = redeem(authorization);
  expect(redeemed).toEqual(intent);
  expect(Object.isFrozen(redeemed)).toBe(true);
  expect(() => redeem(authorization)).toThrowError(refused);
});

test('a store that fails grants nothing', async () => {
  const broken: Reservations = { reserve: () => Promise.reject(new Error('disk full')) };
  await expect(authorize(intent, broken)).rejects.toThrow('disk full');
});
