import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { asksText, delegationText } from '../../../src-main/cli/terms-text.ts';
import type { DelegationView } from '../../../src-shared/contract/index.ts';

const nothing = { minute: '0', minuteCount: 0, hour: '0', day: '0', month: '0', total: '0', totalCount: 0 };

const shopper: DelegationView = {
  subject: 'shopper',
  parent: '@desk',
  terms: {
    role: 'spender',
    actions: ['pay'],
    limits: {
      perPayment: '0.5',
      minPerPayment: 'none',
      perMinute: 'none',
      perMinuteCount: 3,
      perHour: 'none',
      perDay: '2',
      perMonth: 'none',
      total: 'none',
      totalCount: 'none',
    },
    validFrom: 0,
    validUntil: Date.UTC(2027, 0, 31),
    origins: { allow: 'any', deny: ['https://\u202ex.example'] },
    payees: { allow: [], deny: [] },
    assets: { allow: 'any', deny: [] },
    networks: { allow: 'any', deny: [] },
    approval: { always: false, askAbove: '0.25', askNewPayeeAbove: 'none', holdMs: 4000 },
    browserRequests: false,
  },
  createdAt: 0,
  revokedAt: null,
  usage: { ...nothing, minuteCount: 1, day: '0.75' },
};

test('a delegation says its limits with what is used of them, and what else it permits', () => {
  expect(stripVTControlCharacters(delegationText(shopper)).split('\n')).toEqual([
    'shopper, below desk',
    '  limit                   is   used',
    '  a payment             $0.5',
    '  payments in a minute     3      1',
    '  in 24 hours             $2  $0.75',
    '  role     spender: pay',
    '  asks     above $0.25; a request waits 4 s for the answer',
    '  origins  any, but never https://\\u202ex.example',
    '  payees   none',
    '  valid    until 2027-01-31 00:00:00 UTC',
  ]);
});

test('a rule that asks nothing says so', () => {
  expect(asksText({ always: false, askAbove: 'none', askNewPayeeAbove: 'none', holdMs: 4000 })).toBe('never');
  expect(asksText({ always: true, askAbove: 'none', askNewPayeeAbove: '0', holdMs: 0 })).toBe(
    'always, above $0 for a new payee or origin; a request waits 0 s for the answer',
  );
});
