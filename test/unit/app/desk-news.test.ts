import { describe, expect, test } from 'vitest';
import { learn, nothingTold } from '../../../src-main/app/desk-news.ts';
import { approval, order, quietStatus, update } from './desk-pictures.ts';

const kinds = (news: readonly { kind: string }[]) => news.map(({ kind }) => kind);

describe('what is told', () => {
  test('a question once, oldest first, and its outcome once', () => {
    const first = learn(nothingTold, update({ approvals: [approval('b'), approval('a')] }), true);
    expect(first.news).toMatchObject([{ approval: { id: 'a' } }, { approval: { id: 'b' } }]);
    expect([...first.told.waiting.keys()]).toEqual(['a', 'b']);
    const again = learn(first.told, update({ approvals: [approval('a')] }), false);
    expect(again.news).toEqual([]);
    const denied = learn(again.told, update({ approvals: [approval('a', { state: 'denied' })] }), false);
    expect(denied.news).toMatchObject([{ kind: 'decided', approval: { id: 'a', state: 'denied' } }]);
    expect([...denied.told.waiting.keys()]).toEqual(['b']);
    expect(learn(denied.told, update({ approvals: [approval('a', { state: 'denied' })] }), false).news).toEqual([]);
  });

  test('after a restart of the host only what is new, and what was answered meanwhile waits no more', () => {
    const { told } = learn(nothingTold, update({ approvals: [approval('b'), approval('a')] }), true);
    const whole = learn(told, update({ approvals: [approval('c'), approval('b')] }), true);
    expect(whole.news).toMatchObject([{ kind: 'asks', approval: { id: 'c' } }]);
    expect([...whole.told.waiting.keys()]).toEqual(['b', 'c']);
  });

  test('a payment of unknown fate when it becomes one, not as history, and again only after it was known', () => {
    const { told, news } = learn(nothingTold, update({ orders: [order('old', 'unknown')] }), true);
    expect(news).toEqual([]);
    const lost = learn(told, update({ orders: [order('old', 'unknown'), order('new', 'unknown')] }), false);
    expect(lost.news).toMatchObject([{ kind: 'unknown', order: { id: 'new' } }]);
    const known = learn(lost.told, update({ orders: [order('new', 'settled')] }), false);
    expect(kinds(learn(known.told, update({ orders: [order('new', 'unknown')] }), false).news)).toEqual(['unknown']);
  });

  test('a breaker when it opens, and not again while it only tries to close', () => {
    const at = (state: 'open' | 'half-open' | null) =>
      update({ status: { ...quietStatus, breakers: state === null ? [] : [{ scope: 'bot', state }] } });
    const opened = learn(nothingTold, at('open'), false);
    expect(kinds(opened.news)).toEqual(['breaker']);
    const trying = learn(opened.told, at('half-open'), false);
    const reopened = learn(trying.told, at('open'), false);
    expect([trying.news, reopened.news]).toEqual([[], []]);
    const closed = learn(reopened.told, at(null), false);
    expect(kinds(learn(closed.told, at('open'), false).news)).toEqual(['breaker']);
  });

  test('a problem once, and another one again', () => {
    const with_ = (problem: string | null) => update({ status: { ...quietStatus, problem } });
    const one = learn(nothingTold, with_('one'), true);
    expect(kinds(one.news)).toEqual(['problem']);
    expect(learn(one.told, with_('one'), false).news).toEqual([]);
    expect(kinds(learn(one.told, with_('two'), false).news)).toEqual(['problem']);
  });
});
