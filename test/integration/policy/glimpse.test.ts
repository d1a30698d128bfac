import { expect, test, vi } from 'vitest';
import type { Glimpse } from '../../../src-shared/contract/index.ts';
import { openTestDesk, reasonOf, type TestDesk, withRules } from '../../support/test-desk.ts';

const shown: Glimpse = {
  headers: [{ name: 'Accept', value: 'text/plain' }],
  body: null,
  offer: { description: 'A cat', resource: null, scheme: 'exact', network: 'x', payTo: 'y', maxTimeoutSeconds: 60 },
};

async function askingDesk(): Promise<TestDesk> {
  const held = await openTestDesk();
  await held.admit('bot', withRules({ always: true, holdMs: 30_000 }));
  return held;
}

async function asked(held: TestDesk, glimpse: () => Glimpse, over?: Parameters<TestDesk['request']>[0]) {
  const answer = await held.gate.authorize(held.request(over), { respondAsync: true, signal: null, glimpse });
  if (answer.kind !== 'deferred') throw new Error(`not asked but ${reasonOf(answer)}`);
  return answer.approval;
}

const once = { scope: 'once', upTo: null } as const;
const unasked = () => {
  throw new Error('looked at the request unasked');
};

test('whoever hears of a new question can see its request at once', async () => {
  const held = await askingDesk();
  const seen = new Promise<Glimpse | null>((resolve) =>
    held.approvals.onChanged(({ id }) => resolve(held.approvals.glimpse(id))),
  );
  const id = await asked(held, () => shown);
  expect(await seen).toEqual(shown);
  expect(held.approvals.glimpse(id)).toEqual(shown);
  expect(held.approvals.glimpse('apr_none')).toBeNull();
});

const endings: Readonly<Record<string, (held: TestDesk, id: string) => unknown>> = {
  approved: ({ approvals }, id) => approvals.approve(id, once),
  denied: ({ approvals }, id) => approvals.deny(id, false),
  expired: ({ clock }) => {
    clock.at += 60 * 60_000;
  },
  overtaken: async ({ desk, ask }) => {
    await desk.amend('bot', withRules({ always: false }), 'owner');
    expect((await ask()).kind).toBe('granted');
  },
};
test.for(Object.entries(endings))('nothing is shown of it once it is %s', async ([, end]) => {
  const held = await askingDesk();
  const id = await asked(held, () => shown);
  const other = await asked(held, () => shown, { url: 'http://127.0.0.1/other' });
  await end(held, id);
  expect(held.approvals.glimpse(id)).toBeNull();
  // Time passes for all questions alike.
  if (held.approvals.get(other).life.until > held.clock.now()) expect(held.approvals.glimpse(other)).toEqual(shown);
});

test('it is shown as long as the second of two persons has not answered', async () => {
  const held = await askingDesk();
  const when = [{ selector: 'host', operator: '==', value: '127.0.0.1' } as const];
  await held.desk.addNorms([{ type: 'require', id: 'two', when, reason: 'two of us', witnesses: 2 }], 'operator');
  const id = await asked(held, () => shown);
  await held.approvals.approve(id, once);
  expect(held.approvals.glimpse(id)).toEqual(shown);
});

test('a restart forgets it', async () => {
  const held = await askingDesk();
  const id = await asked(held, () => shown);
  held.crash();
  const again = await openTestDesk({ file: held.store.file, clock: held.clock });
  expect(again.approvals.get(id).life.state).toBe('waiting');
  expect(again.approvals.glimpse(id)).toBeNull();
});

test('the request is not looked at where nobody is asked: granted, refused, or asked before', async () => {
  const held = await askingDesk();
  const ask = () => held.gate.authorize(held.request(), { respondAsync: true, signal: null, glimpse: unasked });
  const glimpse = vi.fn(() => shown);
  const id = await asked(held, glimpse);
  expect((await ask()).kind).toBe('deferred');
  expect(held.approvals.glimpse(id)).toEqual(shown);
  await held.approvals.approve(id, once);
  const looked = vi.fn(unasked);
  const request = held.request();
  expect((await held.gate.authorize(request, { respondAsync: true, signal: null, glimpse: looked })).kind).toBe(
    'granted',
  );
  await held.desk.pause(null, 'operator');
  const refused = await held.gate.authorize(held.request(), { respondAsync: true, signal: null, glimpse: looked });
  expect(reasonOf(refused)).toBe('paused');
  expect(glimpse).toHaveBeenCalledTimes(1);
  expect(looked).not.toHaveBeenCalled();
});

test('a request that cannot be shown is asked about all the same', async () => {
  const held = await askingDesk();
  const id = await asked(held, unasked);
  expect(held.approvals.get(id).life.state).toBe('waiting');
  expect(held.approvals.glimpse(id)).toBeNull();
});

test('of many questions the newest 256 are shown', async () => {
  const held = await askingDesk();
  const first = await asked(held, () => shown);
  const waiting = held.approvals.get(first);
  const get = vi.spyOn(held.store.approvals, 'get').mockImplementation((id) => ({ ...waiting, id }));
  for (let n = 0; n < 256; n += 1) held.approvals.announce({ ...waiting, id: `apr_${n}` }, shown);
  expect(held.approvals.glimpse(first)).toBeNull();
  expect(held.approvals.glimpse('apr_0')).toEqual(shown);
  expect(held.approvals.glimpse('apr_255')).toEqual(shown);
  get.mockRestore();
});

test('a question that was answered before it was announced leaves nothing behind', async () => {
  const held = await askingDesk();
  const waiting = held.approvals.get(await asked(held, () => shown));
  await held.approvals.deny(waiting.id, false);
  held.approvals.announce(waiting, shown);
  vi.spyOn(held.store.approvals, 'get').mockReturnValue(waiting);
  expect(held.approvals.glimpse(waiting.id)).toBeNull();
});
