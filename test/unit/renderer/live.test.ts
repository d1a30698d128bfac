import { describe, expect, test, vi } from 'vitest';
import { createLiveStore } from '../../../src-renderer/rpc/live.ts';
import type { ApprovalLine, DeskUpdate, OrderLine, RefusalLine } from '../../../src-shared/contract/index.ts';

const nothing: DeskUpdate = {
  status: null,
  orders: [],
  refusals: [],
  approvals: [],
  more: 0,
  rules: false,
  shops: false,
  prepaid: false,
};
const order = (id: string, createdAt: number, state: OrderLine['state'] = 'submitted') =>
  ({ id, createdAt, state, seq: createdAt }) as OrderLine;
const refusal = (seq: number, at: number) => ({ seq, at }) as RefusalLine;
const approval = (id: string, state: ApprovalLine['state'] = 'waiting') => ({ id, state }) as ApprovalLine;

describe('what a page knows', () => {
  test('a payment keeps its line, with its newest state', () => {
    const live = createLiveStore();
    live.take({ ...nothing, orders: [order('b', 2), order('a', 1)] }, true);
    live.take({ ...nothing, orders: [order('a', 1, 'settled')], refusals: [refusal(9, 3)] }, false);
    expect(live.get().feed.map(({ key }) => key)).toEqual(['refusal-9', 'b', 'a']);
    expect(live.get().feed[2]).toMatchObject({ order: { state: 'settled' } });
  });

  test('the feed does not grow with history', () => {
    const live = createLiveStore();
    for (let at = 0; at < 500; at += 1) live.take({ ...nothing, orders: [order(`o${at}`, at)] }, false);
    expect(live.get().feed).toHaveLength(100);
    expect(live.get().feed[0]?.key).toBe('o499');
  });

  test('a question that was answered is gone from those that wait', () => {
    const live = createLiveStore();
    live.take({ ...nothing, approvals: [approval('apr_2'), approval('apr_1')] }, true);
    expect(live.get().waiting.map(({ id }) => id)).toEqual(['apr_1', 'apr_2']);
    live.take({ ...nothing, approvals: [approval('apr_1', 'denied')] }, false);
    expect(live.get().waiting.map(({ id }) => id)).toEqual(['apr_2']);
  });

  test('after a break of the line the first update is the whole: what is not in it is forgotten', () => {
    const live = createLiveStore();
    live.take({ ...nothing, approvals: [approval('apr_1')], orders: [order('a', 1)] }, true);
    live.setLink('lost');
    live.take({ ...nothing, orders: [order('b', 2)] }, true);
    expect(live.get()).toMatchObject({ link: 'live', waiting: [] });
    expect(live.get().feed.map(({ key }) => key)).toEqual(['b']);
  });

  test('parts that did not change stay the same objects, so that nothing is drawn anew for them', () => {
    const live = createLiveStore();
    live.take({ ...nothing, orders: [order('a', 1)], approvals: [approval('apr_1')] }, true);
    const before = live.get();
    live.take({ ...nothing, rules: true }, false);
    expect(live.get().feed).toBe(before.feed);
    expect(live.get().waiting).toBe(before.waiting);
  });

  test('whoever has left is not told any more', () => {
    const live = createLiveStore();
    const listener = vi.fn();
    live.subscribe(listener)();
    live.onUpdate(listener)();
    live.take(nothing, true);
    expect(listener).not.toHaveBeenCalled();
  });
});
