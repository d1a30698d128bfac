import { describe, expect, test } from 'vitest';
import {
  isLooser,
  limitPresets,
  limitsChange,
  presetOf,
} from '../../../src-renderer/features/welcome/limit-presets.ts';
import { stepAfter, stepBefore, stepsFor } from '../../../src-renderer/features/welcome/steps.ts';
import { compareDecimals } from '../../../src-renderer/ui/money.ts';
import { outcomeOf, stepRows } from '../../../src-renderer/ui/payment/payment-steps.ts';
import type { OrderView, PayStep, TermsView } from '../../../src-shared/contract/index.ts';
import { formatDecimal, networkNames, networks } from '../../../src-shared/model/index.ts';

describe('the steps of the first run', () => {
  test('who only sells is not asked about spending', () => {
    expect(stepsFor('sell')).toEqual(['purpose', 'pin', 'selling']);
    expect(stepsFor('buy')).toEqual(['purpose', 'pin', 'limits', 'agent', 'payment']);
    expect(stepsFor('both')).toEqual(['purpose', 'pin', 'limits', 'agent', 'payment', 'selling']);
  });

  test.each(['buy', 'both'] as const)(
    'the PIN comes before the limits for %s: afterwards it could be too late',
    (purpose) => {
      const steps = stepsFor(purpose);
      expect(steps.indexOf('pin')).toBeLessThan(steps.indexOf('limits'));
    },
  );

  test('have an end on both sides', () => {
    expect(stepBefore(stepsFor('buy'), 'purpose')).toBeNull();
    expect(stepAfter(stepsFor('buy'), 'payment')).toBeNull();
    expect(stepAfter(stepsFor('both'), 'payment')).toBe('selling');
  });
});

describe('the limits to choose from', () => {
  const terms = (perPayment: string, perDay: string) => ({ limits: { perPayment, perDay } }) as TermsView;

  test('send only what is another sum, however it is written', () => {
    expect(limitsChange(terms('none', '50'), { perPayment: '0.1', perDay: '50.00' })).toEqual({ perPayment: '0.1' });
    expect(limitsChange(terms('0.10', '2'), { perPayment: '0.1', perDay: '2' })).toEqual({});
    expect(limitsChange(terms('1', '2'), { perPayment: 'none', perDay: '2' })).toEqual({ perPayment: 'none' });
  });

  test.each([
    ['a lower sum', '0.5', '10', false],
    ['the same', '1', '20', false],
    ['a higher payment', '1.000001', '20', true],
    ['a higher day', '1', '21', true],
    ['no limit at all', 'none', '20', true],
  ])('%s: is it looser?', (_, perPayment, perDay, looser) => {
    expect(isLooser(terms('1', '20'), { perPayment, perDay })).toBe(looser);
  });

  test('any sum is stricter than none', () => {
    expect(isLooser(terms('none', 'none'), { perPayment: '5', perDay: '50' })).toBe(false);
  });

  test.each(networkNames)('what is proposed on a new %s loosens nothing', (network) => {
    const { deskPerDay, usdc } = networks[network];
    const [, proposed] = limitPresets[network];
    if (proposed === undefined) throw new Error('nothing is proposed');
    expect(isLooser(terms('none', formatDecimal(deskPerDay, usdc.decimals)), proposed)).toBe(false);
  });

  test.each(['devnet', 'mainnet'] as const)(
    'no choice on %s promises more than its fixed ceilings let through',
    (network) => {
      const { ceilings, usdc } = networks[network];
      if (ceilings === null) throw new Error(`${network} has no ceilings`);
      for (const { perPayment, perDay } of limitPresets[network]) {
        expect(compareDecimals(perPayment, formatDecimal(ceilings.perPayment, usdc.decimals))).toBeLessThanOrEqual(0);
        expect(compareDecimals(perDay, formatDecimal(ceilings.perDay, usdc.decimals))).toBeLessThanOrEqual(0);
      }
    },
  );

  test('are found again by their sums', () => {
    expect(presetOf(limitPresets.sandbox, { perPayment: '0.10', perDay: '2.0' })?.name).toBe('Careful');
    expect(presetOf(limitPresets.sandbox, { perPayment: 'none', perDay: '2' })).toBeNull();
  });
});

describe('the test payment', () => {
  const order = { id: 'ord_1', amount: '0.01' } as OrderView;
  const request: PayStep = { step: 'request', method: 'GET', url: 'http://127.0.0.1:1/saying' };
  const challenge: PayStep = { step: 'challenge', httpStatus: 402 };
  const offer: PayStep = {
    step: 'offer',
    dialect: 'x402-v2',
    amount: '0.01',
    asset: 'USDC',
    payee: 'Payee',
    network: 'solana:x',
  };
  const granted: PayStep = {
    step: 'decision',
    decision: 'granted',
    approval: null,
    order: 'ord_1',
    reason: null,
    detail: null,
  };
  const refused = (decision: 'denied' | 'deferred'): PayStep => ({
    step: 'decision',
    decision,
    approval: null,
    order: null,
    reason: 'over-day-limit',
    detail: 'too much',
  });
  const submitted: PayStep = { step: 'submitted', order: 'ord_1' };
  const answer = (httpStatus: number, paidBy: OrderView | null): PayStep => ({
    step: 'answer',
    httpStatus,
    contentType: null,
    body: 'a saying',
    truncated: false,
    order: paidBy,
  });
  const states = (came: readonly PayStep[], running: boolean) => stepRows(came, running).map(({ state }) => state);

  test('shows what is done, what it waits for, and what is still to come', () => {
    expect(states([], true)).toEqual(['now', 'waiting', 'waiting', 'waiting', 'waiting', 'waiting']);
    expect(states([request, challenge], true)).toEqual(['done', 'done', 'now', 'waiting', 'waiting', 'waiting']);
    const all = [request, challenge, offer, granted, submitted, answer(200, order)];
    expect(states(all, false)).toEqual(['done', 'done', 'done', 'done', 'done', 'done']);
    expect(outcomeOf(all)).toEqual({ kind: 'paid', amount: '0.01', order: 'ord_1', body: 'a saying' });
  });

  test.each(['denied', 'deferred'] as const)(
    'what was %s was neither sent nor delivered, though the seller answered',
    (decision) => {
      const came = [request, challenge, refused(decision), answer(402, null)];
      expect(states(came, false)).toEqual(['done', 'done', 'done', 'failed', 'left-out', 'left-out']);
      expect(outcomeOf(came)).toMatchObject({ kind: 'refused', waits: decision === 'deferred' });
    },
  );

  test('a price that cannot be read stops it before anything is decided', () => {
    const came: PayStep[] = [request, challenge, { ...refused('denied'), reason: 'offer-malformed' } as PayStep];
    expect(states(came, false)).toEqual(['done', 'done', 'failed', 'left-out', 'left-out', 'left-out']);
  });

  test('an answer that is an error is never told as a purchase', () => {
    const came = [request, challenge, offer, granted, submitted, answer(500, order)];
    expect(states(came, false).at(-1)).toBe('failed');
    expect(outcomeOf(came)).toEqual({ kind: 'not-delivered', order: 'ord_1', httpStatus: 500 });
  });

  test('a lost answer is told as lost: the money may have moved', () => {
    const came: PayStep[] = [request, challenge, offer, granted, submitted, { step: 'lost', order, why: 'cut off' }];
    expect(states(came, false)).toEqual(['done', 'done', 'done', 'done', 'done', 'failed']);
    expect(outcomeOf(came)).toEqual({ kind: 'lost', order: 'ord_1', why: 'cut off' });
  });

  test('what cost nothing is not told as paid', () => {
    const came = [request, answer(200, null)];
    expect(outcomeOf(came).kind).toBe('free');
    expect(states(came, false)).toEqual(['done', 'left-out', 'left-out', 'left-out', 'left-out', 'done']);
  });

  test('what came from credit is not told as a gift, and nothing of it as a payment', () => {
    const came: PayStep[] = [request, { ...offer, dialect: 'prepaid' }, granted, answer(200, null)];
    expect(outcomeOf(came)).toEqual({ kind: 'free', by: 'prepaid', body: 'a saying' });
  });

  test('a stream that broke leaves out the rest instead of waiting for it', () => {
    expect(states([request, challenge], false)).toEqual([
      'done',
      'done',
      'left-out',
      'left-out',
      'left-out',
      'left-out',
    ]);
  });
});
