import { describe, expect, test } from 'vitest';
import { entriesTable, entryDetail } from '../../../src-main/cli/entry-text.ts';

describe('an entry of the log for a person', () => {
  test.each<readonly [Record<string, unknown>, string]>([
    [{ url: 'http://x/', reason: 'paused', amount: '10000', decision: 'denied' }, 'denied paused $0.01 http://x/'],
    [{ what: 'amend', perPayment: 'none', author: 'owner' }, 'amend perPayment=none author=owner'],
    [{ perPayment: '500000' }, 'perPayment=$0.5'],
    [{ request: 'a'.repeat(64), approval: null, after: { role: 'spender' }, ok: true }, 'ok=true'],
    [{ url: 'x'.repeat(300) }, `${'x'.repeat(100)}…`],
  ])('%j reads %s', (data, text) => {
    expect(entryDetail(data)).toBe(text);
  });

  test('cannot write the screen', () => {
    const entry = { seq: 1, at: 0, kind: 'order', agent: 'a', subject: null, data: { url: 'http://x/\u001b[2J' } };
    expect(entriesTable([entry], '')).toContain('http://x/\\u001b[2J');
  });
});
