import { describe, expect, test } from 'vitest';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import type { Entry } from '../../../src-main/log/index.ts';
import type { BreakerScope } from '../../../src-main/policy/breaker.ts';
import { askBreakers, breakerFold } from '../../../src-main/policy/breaker-board.ts';
import { read } from '../../../src-main/policy/entries.ts';
import { applyEvent } from '../../../src-main/wallet/ledger.ts';
import type { OrderRecord } from '../../../src-main/wallet/ports.ts';
import { createReconcile } from '../../../src-main/wallet/reconcile.ts';
import { type OrderEvent, toAtomic } from '../../../src-shared/model/index.ts';

const minuteMs = 60_000;
const start = 1_000 * minuteMs;
const bad = 'https://bad.example';
const desk: BreakerScope = 'desk';
const bot: BreakerScope = 'agent:bot';
const originOf = (origin: string): BreakerScope => `origin:${origin}`;

const ok: OrderEvent = { kind: 'answered', httpStatus: 200, why: '' };
const failed: OrderEvent = { kind: 'answered', httpStatus: 500, why: 'the seller answered 500' };
const silent: OrderEvent = { kind: 'lost', why: 'no answer within 10 s' };
const signed: OrderEvent = {
  kind: 'signed',
  payment: { messageHash: 'm', ownSignature: 's', lastValidBlockHeight: 1n },
};

/** A board that reads what the gate and the ledger put on record. */
function openBoard() {
  const book = breakerFold.initial();
  const orders = new Map<string, OrderRecord>();
  let seq = 0;
  const clock = { at: start };

  const take = (kind: Entry['kind'], agent: string, subject: string, data: Entry['data']) => {
    seq += 1;
    const entry: Entry = { kind, agent, subject, data, seq, at: clock.at, prev: '', hash: '' };
    const told = read(entry);
    expect(told.tells).toBe(kind);
    return breakerFold.step(book, told, entry);
  };
  const grant = (origin = bad, agent = 'bot', amount = 10_000n, action = 'pay'): string => {
    const id = `ord_${seq}`;
    const url = `${origin}/x`;
    take('decision', agent, id, {
      ...{ action, decision: 'granted', reason: null, amount: amount.toString(), asset: 'usdc', method: 'GET', url },
      ...{ payee: 'p', loop: '', trust: 0, policy: 1, law: 1, approval: null, limitOf: null },
    });
    const facts = { id, agent, method: 'GET', url, dialect: 'x402-v2', network: 'n', asset: 'usdc', payee: 'p' };
    const row = { seq, httpStatus: null, createdAt: clock.at, updatedAt: clock.at, steps: [] };
    orders.set(id, { ...facts, ...row, amount: toAtomic(amount), life: { state: 'reserved' } });
    return id;
  };
  const orderOf = (id: string): OrderRecord => {
    const order = orders.get(id);
    if (order === undefined) throw new Error(`no order ${id}`);
    return order;
  };
  const tell = (id: string, ...events: readonly OrderEvent[]) =>
    events.flatMap((event) => {
      const order = orderOf(id);
      const change = applyEvent(order, event);
      if (change === null) throw new Error('the order was closed');
      orders.set(id, { ...order, life: change.life });
      return take('order', order.agent, id, change.entry);
    });
  return {
    book,
    clock,
    grant,
    tell,
    orderOf,
    kindOf: (scope: BreakerScope) => book.breakers.get(scope)?.kind ?? 'closed',
    ask: (origin: string, probing: readonly string[] = []) =>
      askBreakers(book, new Set(probing), { agent: 'bot', origin }, clock.at),
    pay: (event: OrderEvent, origin = bad, agent = 'bot') => tell(grant(origin, agent), signed, event),
  };
}

/** An agent whose own breaker was opened by two origins, a cool-down later. */
function brokenAgent() {
  const board = openBoard();
  for (const origin of ['https://a.example', 'https://b.example'])
    for (let n = 0; n < 5; n += 1) board.pay(failed, origin);
  expect(board.kindOf(bot)).toBe('open');
  board.clock.at += minuteMs;
  return board;
}

describe('what one origin can do to everybody', () => {
  test.each([
    ['answered with 500', failed],
    ['never answered', silent],
  ])('thirty payments under way to one origin, all %s, open its breaker and no wider one', (_, event) => {
    const board = openBoard();
    const underWay = Array.from({ length: 30 }, () => board.grant());
    for (const id of underWay) board.tell(id, signed);
    const changes = underWay.flatMap((id) => board.tell(id, event));
    expect(changes).toMatchObject([{ scope: originOf(bad), to: 'open' }]);
    expect([originOf(bad), bot, desk].map(board.kindOf)).toEqual(['open', 'closed', 'closed']);
    expect(board.book.breakers.get(bot)).toMatchObject({ consecutive: 5 });
    expect(board.ask('https://good.example')).toEqual({ broken: null, probes: [] });
  });

  test.each(['-', '-----+', '----+', '+-', '------+++++'])(
    'an origin that answers %s over and over for hours, as often as it is let, opens no wider one',
    (pattern) => {
      const board = openBoard();
      let opened = 0;
      for (let n = 0; board.clock.at < start + 180 * minuteMs; n += 1) {
        board.clock.at += 3_000;
        if (board.ask(bad).broken === originOf(bad)) continue;
        const changes = board.pay(pattern[n % pattern.length] === '+' ? ok : failed);
        opened += changes.filter(({ to }) => to === 'open').length;
        expect([bot, desk].map(board.kindOf)).toEqual(['closed', 'closed']);
      }
      expect(opened).toBeGreaterThan(5);
    },
  );

  test('an origin that flaps gives the agent five failures and no more, until it has been well for a window', () => {
    const board = openBoard();
    const failures = () => {
      const state = board.book.breakers.get(bot);
      return state?.kind === 'closed' ? state.recent.reduce((sum, bucket) => sum + bucket.failed, 0) : null;
    };
    const flap = () => {
      for (let n = 0; n < 5; n += 1) board.pay(failed);
      board.clock.at += minuteMs;
      board.pay(ok);
      expect(board.kindOf(originOf(bad))).toBe('closed');
    };
    for (let n = 0; n < 4; n += 1) flap();
    expect(failures()).toBe(5);
    board.clock.at += 10 * minuteMs;
    flap();
    expect(failures()).toBe(5);
  });
});

describe('what many origins do', () => {
  test('two that fail open the agent’s, and leave the desk’s and other agents’ closed', () => {
    const board = brokenAgent();
    expect([desk, 'agent:other' as const].map(board.kindOf)).toEqual(['closed', 'closed']);
  });

  test('failures of several agents at five origins open the desk’s', () => {
    const board = openBoard();
    for (let n = 0; n < 25; n += 1) {
      expect(board.kindOf(desk)).toBe('closed');
      board.pay(failed, `https://${Math.floor(n / 5)}.example`, `agent-${n % 5}`);
    }
    expect(board.kindOf(desk)).toBe('open');
  });
});

describe('a probe', () => {
  test('of a wider scope decides there, even when its origin’s own breaker opened meanwhile', () => {
    const board = brokenAgent();
    const other = 'https://c.example';
    const probe = board.grant(other);
    expect(board.kindOf(bot)).toBe('half-open');
    for (let n = 0; n < 5; n += 1) board.pay(failed, other, 'other');
    expect(board.kindOf(originOf(other))).toBe('open');
    expect(board.tell(probe, signed, failed)).toMatchObject([{ scope: bot, from: 'half-open', why: 'probe-failed' }]);
  });

  test('that is answered well closes it at once, though the body never ends', () => {
    const board = brokenAgent();
    const probe = board.grant('https://c.example');
    expect(board.ask('https://d.example').broken).toBe(bot);
    expect(board.tell(probe, signed, ok)).toMatchObject([{ scope: bot, to: 'closed', why: 'probe-succeeded' }]);
    expect(board.ask('https://d.example')).toEqual({ broken: null, probes: [] });
    board.tell(probe, { kind: 'lost', why: 'the body broke off' });
    expect(board.book.breakers.get(bot)).toMatchObject({ kind: 'closed', consecutive: 0, recent: [] });
  });

  test('is never an action without a price, of which nothing would be heard', () => {
    const board = brokenAgent();
    expect(board.ask('https://c.example').probes).toEqual([bot]);
    board.grant('https://c.example', 'bot', 0n, 'sign-request');
    expect(board.kindOf(bot)).toBe('open');
    expect(board.ask('https://c.example').probes).toEqual([bot]);
    const probe = board.grant('https://c.example');
    expect(board.book.breakers.get(bot)).toMatchObject({ kind: 'half-open', probe: { orderId: probe } });
  });

  test('that was granted in this very turn lets no second one by', () => {
    const board = brokenAgent();
    expect(board.ask('https://c.example', [bot])).toEqual({ broken: bot, probes: [] });
  });

  test.each<[string, readonly OrderEvent[]]>([
    ['given up before it was signed', [{ kind: 'abandoned', why: 'the chain is out of reach' }]],
    ['given up before it was sent', [signed, { kind: 'abandoned', why: 'no connection' }]],
    ['released on the chain before it was answered', [signed, { kind: 'sent' }, { kind: 'expired', why: 'too old' }]],
  ])('that was %s makes room for the next', (_, events) => {
    const board = brokenAgent();
    board.tell(board.grant('https://c.example'), ...events);
    expect(board.ask('https://c.example')).toEqual({ broken: null, probes: [bot] });
  });
});

describe('what we ourselves break off', () => {
  test.each<[string, readonly OrderEvent[], 'recover' | 'tick']>([
    ['by a stop, before the answer', [signed, { kind: 'sent' }], 'recover'],
    ['by a stop, in the answer', [signed, { kind: 'sent' }, ok], 'recover'],
    ['by a report that could not be written', [signed, { kind: 'sent' }], 'tick'],
  ])('is nobody’s failure, and a probe makes room: %s', async (_, events, how) => {
    const board = brokenAgent();
    const probe = board.grant('https://c.example');
    board.tell(probe, ...events);
    const before = board.book.breakers.get(originOf('https://c.example'));
    await reconcileOver(board, probe)[how]();
    expect(board.orderOf(probe).life.state).toBe('unknown');
    expect(board.book.breakers.get(originOf('https://c.example'))).toEqual(before);
    expect(board.ask('https://c.example').broken).toBeNull();
  });
});

test.each<[string, readonly OrderEvent[], readonly (boolean | null)[]]>([
  ['a good head is good, whatever becomes of the body', [ok, { kind: 'lost', why: 'cut' }], [true, null]],
  ['a delivery adds nothing to it', [ok, { kind: 'delivered' }], [true, null]],
  ['399 is good', [{ ...ok, httpStatus: 399 }], [true]],
  ['400 is not', [{ ...failed, httpStatus: 400 }], [false]],
  ['a refusal that breaks off is one failure', [failed, { kind: 'lost', why: 'cut' }], [false, null]],
  ['no answer is a failure', [{ kind: 'sent' }, silent], [null, false]],
  ['the chain says nothing about it', [{ kind: 'landed', signature: 'tx' }], [null]],
])('%s', (_, events, said) => {
  const board = openBoard();
  const id = board.grant();
  board.tell(id, signed);
  const heard = events.map((event) => {
    const entry = applyEvent(board.orderOf(id), event)?.entry;
    board.tell(id, event);
    return entry?.['ok'];
  });
  expect(heard).toEqual(said);
});

test('an answer that is refused and then lost is one failure', () => {
  const board = openBoard();
  const id = board.grant();
  board.tell(id, signed, failed, silent);
  expect(board.book.breakers.get(originOf(bad))).toMatchObject({ consecutive: 1 });
});

test('what was saved is read back, and what an older version saved is folded anew', () => {
  const board = openBoard();
  for (let n = 0; n < 5; n += 1) board.pay(failed);
  board.clock.at += minuteMs;
  board.pay(ok);
  const saved = breakerFold.encode(board.book);
  expect(breakerFold.decode(saved)).toEqual(board.book);
  expect(breakerFold.decode(saved.replaceAll(/,"reclosedAt":(?:null|\d+)/g, ''))).toBeNull();
});

/** Reconcile over one open order and a chain that does not answer. */
function reconcileOver(board: ReturnType<typeof openBoard>, id: string) {
  const unasked = () => {
    throw new Error('asked unasked');
  };
  const unreachable = () => Promise.reject(new Error('no chain'));
  return createReconcile({
    purse: { asset: { mint: 'usdc', symbol: 'USDC', decimals: 6 }, tokenAccount: 'account' },
    orders: {
      async change(_, step) {
        const change = step(board.orderOf(id));
        if (change !== null) board.tell(id, change.event);
        return board.orderOf(id);
      },
      unclosed: () => [board.orderOf(id)],
      get: unasked,
      list: unasked,
      countByState: unasked,
      spentToday: unasked,
    },
    statement: {
      cursor: () => null,
      record: unasked,
      isKnown: unasked,
      lastBefore: unasked,
      setCursor: unasked,
    },
    underWay: new Set(),
    chain: {
      transaction: unreachable,
      history: unreachable,
      finalized: unreachable,
      finalizedHistory: unreachable,
      recentBlockhash: unreachable,
      mint: unreachable,
    },
    clock: { now: () => board.clock.at, monotonic: () => board.clock.at },
    log: silentLog,
    suspect: unasked,
    reached: () => undefined,
  });
}
