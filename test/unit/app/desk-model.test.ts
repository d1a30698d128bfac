import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDeskModel } from '../../../src-main/app/desk-model.ts';
import type { DeskNews } from '../../../src-main/app/desk-news.ts';
import type { HostClient } from '../../../src-main/base/control-client.ts';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import type { ApprovalLine, DeskUpdate, Preferences } from '../../../src-shared/contract/index.ts';
import { approval, picture, quietStatus, update } from './desk-pictures.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A host that says what a test pushes; a null breaks its subscription. */
function saying() {
  const queue: (DeskUpdate | null)[] = [];
  let wake = (): void => undefined;
  const asked: string[] = [];
  let listed: readonly ApprovalLine[] = [];
  const listeners = new Set<(now: Preferences) => void>();
  async function* follow(signal: AbortSignal): AsyncGenerator<DeskUpdate> {
    asked.push('follow');
    while (!signal.aborted) {
      const next = queue.shift();
      if (next === null) throw new Error('the stream broke');
      if (next === undefined)
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal.addEventListener('abort', () => resolve());
        });
      else yield next;
    }
    asked.push('left');
  }
  const client = {
    desk: { follow: async (_input: undefined, { signal }: { signal: AbortSignal }) => follow(signal) },
    agents: {
      list: async () => [
        { agent: 'bot', state: 'live' },
        { agent: 'gone', state: 'revoked' },
      ],
    },
    approvals: {
      list: async () => {
        asked.push('list');
        return listed;
      },
    },
  };
  return {
    asked,
    host: {
      client: client as unknown as HostClient,
      preferences: {
        show: () => picture({}).preferences,
        onChanged(listener: (now: Preferences) => void) {
          listeners.add(listener);
          return () => void listeners.delete(listener);
        },
      },
    },
    listeners,
    lists: (approvals: readonly ApprovalLine[]) => {
      listed = approvals;
    },
    async say(next: DeskUpdate | null) {
      queue.push(next);
      wake();
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

test('a subscription that breaks is begun again, and meanwhile nothing old is shown as the present', async () => {
  const model = createDeskModel(silentLog);
  const { host, say, asked } = saying();
  model.watch(host);
  await say(update({ status: quietStatus }));
  expect(model.picture()).toMatchObject({ phase: 'running', status: quietStatus, agents: ['bot'] });
  await say(null);
  expect(model.picture().status).toBeNull();
  await vi.advanceTimersByTimeAsync(1_000);
  await say(update({ status: quietStatus }));
  expect(model.picture().status).toEqual(quietStatus);
  expect(asked).toEqual(['follow', 'follow']);
});

test('a payment too quick to be seen is shown for a moment', async () => {
  const model = createDeskModel(silentLog);
  const { host, say } = saying();
  model.watch(host);
  await say(update({ status: quietStatus }));
  expect(model.picture().paying).toBe(false);
  await say(update({ status: { ...quietStatus, payments: 8 } }));
  expect(model.picture().paying).toBe(true);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(model.picture().paying).toBe(false);
  await say(update({ status: { ...quietStatus, payments: 8, underWay: 1 } }));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(model.picture().paying).toBe(true);
});

test('what an update had no room for is read, so no question is missed', async () => {
  const model = createDeskModel(silentLog);
  const news: DeskNews[] = [];
  model.onNews((one) => news.push(one));
  const { host, say, lists } = saying();
  model.watch(host);
  await say(update({ status: quietStatus }));
  lists([approval('b'), approval('a')]);
  await say(update({ approvals: [approval('b')], more: 1 }));
  expect(model.picture().waiting).toEqual(['a', 'b']);
  expect(news.map((one) => one.kind === 'asks' && one.approval.id).toSorted()).toEqual(['a', 'b']);
});

test('a host that stops leaves nothing behind, and the next one tells nothing twice', async () => {
  const model = createDeskModel(silentLog);
  const news: DeskNews[] = [];
  model.onNews((one) => news.push(one));
  const first = saying();
  model.watch(first.host);
  await first.say(update({ status: quietStatus, approvals: [approval('a')] }));
  model.unwatch('starting');
  await vi.advanceTimersByTimeAsync(5_000);
  expect(first.asked).toEqual(['follow', 'left']);
  expect(first.listeners.size).toBe(0);
  expect(model.picture()).toMatchObject({ phase: 'starting', status: null, waiting: ['a'] });
  const second = saying();
  model.watch(second.host);
  await second.say(update({ status: quietStatus, approvals: [approval('a')] }));
  expect(news).toHaveLength(1);
});
