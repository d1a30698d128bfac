import { describe, expect, test } from 'vitest';
import { logKinds } from '../../../src-main/log/index.ts';
import { entryText, kindWords } from '../../../src-renderer/features/log/entry-text.ts';
import type { LogEntryView } from '../../../src-shared/contract/index.ts';

const entry = (kind: string, data: LogEntryView['data'], rest: Partial<LogEntryView> = {}): LogEntryView => ({
  seq: 1,
  at: 1,
  kind,
  agent: 'shopper',
  subject: null,
  data,
  ...rest,
});

describe('entries of the log in words', () => {
  test('every kind that is ever on record has a name on the screen', () => {
    expect(Object.keys(kindWords).sort()).toEqual([...logKinds].sort());
  });

  test.each([
    [
      entry('decision', { decision: 'granted', amount: '10000', url: 'https://api.example/v1' }),
      'shopper was allowed $0.01 for api.example/v1.',
    ],
    [
      entry('decision', {
        decision: 'denied',
        reason: 'over-day-limit',
        amount: '250000',
        url: 'http://a/b',
        times: 12,
      }),
      'shopper was refused $0.25 for a/b: the daily limit is reached (12 times).',
    ],
    [
      entry('decision', { decision: 'deferred', reason: 'new-payee', amount: '400000', url: 'http://a/b' }),
      'shopper has to wait for you with $0.40 for a/b: the first payment to this payee.',
    ],
    [entry('order', { event: 'landed', amount: '10000' }), 'shopper’s payment of $0.01 was seen on the chain.'],
    [entry('pause', { what: 'pause' }, { agent: null }), 'Everything was paused.'],
    [entry('pause', { what: 'resume' }, { agent: null }), 'Everybody may pay again.'],
    [
      entry('policy', { author: 'owner' }, { subject: 'delegation:@desk' }),
      'The limits of everything together were changed by the owner.',
    ],
    [entry('opened', { network: 'sandbox' }, { agent: null }), 'Groat started on sandbox.'],
  ])('%# reads as a plain sentence', (given, sentence) => {
    expect(entryText(given)).toBe(sentence);
  });

  test('what a newer Groat writes is named, not dropped', () => {
    expect(entryText(entry('orbit', {}, { subject: 'moon' }))).toBe('orbit moon.');
  });
});
