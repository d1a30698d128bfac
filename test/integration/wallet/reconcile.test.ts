import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { noCheckpoints } from '../../../src-main/base/checkpoint.ts';
import type { Clock } from '../../../src-main/base/clock.ts';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { type Authority, openStore, type Store } from '../../../src-main/store/index.ts';
import { applyEvent } from '../../../src-main/wallet/ledger.ts';
import type { ChainView } from '../../../src-main/wallet/ports.ts';
import { createReconcile, type Reconcile } from '../../../src-main/wallet/reconcile.ts';
import { networks, type OrderEvent, toAgentName } from '../../../src-shared/model/index.ts';
import { grantedAlways, policyMac, requestOf } from '../../support/test-store.ts';

const { usdc } = networks.sandbox;
const account = 'ourTokenAccount';
const agent = toAgentName('bot');
const price = 10_000n;
const lifetime = 150n;

/** A chain that the test writes: what landed, how high it is, and which questions it does not answer. */
class WrittenChain implements ChainView {
  readonly landed: { signature: string; messageHash: string; delta: bigint; error?: unknown; ownSignature?: string }[] =
    [];
  height = 1n;
  silent = new Set<keyof ChainView>();
  readonly asked: string[] = [];

  async transaction(signature: string) {
    this.#ask('transaction');
    const found = this.landed.find((entry) => entry.signature === signature);
    if (found === undefined) return null;
    return {
      signature,
      slot: 5n,
      error: found.error ?? null,
      messageHash: found.messageHash,
      signatures: [signature, found.ownSignature ?? 'other'],
      feeLamports: 10_001n,
      tokenDeltas: [{ account, delta: found.delta }],
    };
  }
  async history(_account: string, until: string | null) {
    this.#ask('history');
    return this.#after(until);
  }
  async finalized() {
    this.#ask('finalized');
    return { height: this.height, slot: this.height };
  }
  async finalizedHistory(_account: string, until: string | null) {
    this.#ask('finalizedHistory');
    return this.#after(until);
  }
  recentBlockhash = (): never => {
    throw new Error('asked for a blockhash unasked');
  };
  mint = (): never => {
    throw new Error('asked for a mint unasked');
  };
  #ask(question: keyof ChainView) {
    this.asked.push(question);
    if (this.silent.has(question)) throw new Error(`no answer to ${question}`);
  }
  #after(until: string | null) {
    const from = this.landed.findIndex(({ signature }) => signature === until) + 1;
    return this.landed.slice(from).map(({ signature, error }) => ({ signature, failed: error !== undefined }));
  }
}

let store: Store;
let authority: Authority;
let chain: WrittenChain;
let reconcile: Reconcile;
let now: number;
/** Every order of these tests counts as worked on, unless a test says otherwise. */
let underWay: Set<string>;
const clock: Clock = { now: () => now, monotonic: () => now };

beforeEach(async () => {
  now = 1_000_000;
  store = openStore(join(mkdtempSync(join(tmpdir(), 'groat-reconcile-')), 'groat.db'), 'sandbox', clock);
  chain = new WrittenChain();
  underWay = new Set();
  reconcile = createReconcile({
    suspect: () => undefined,
    purse: { asset: usdc, tokenAccount: account },
    orders: store.orders,
    statement: store.statement,
    underWay,
    chain,
    clock,
    log: silentLog,
    reached: noCheckpoints,
  });
  onTestFinished(async () => {
    await reconcile.stop();
    await store.close();
  });
  chain.landed.push({ signature: 'deposit', messageHash: 'd', delta: 1_000_000n });
  await store.agents.save({ name: agent, tokenHash: new Uint8Array(32), createdAt: now, revokedAt: null });
  authority = store.authority(policyMac);
  await reconcile.tick();
  expect(available()).toBe(1_000_000n);
});

const available = () => store.ledger.balance('available', usdc.mint);
const reserved = () => store.ledger.balance('reserved', usdc.mint);
const stateOf = (id: string) => store.orders.get(id)?.life.state;
const report = (id: string, event: OrderEvent) => store.orders.change(id, (order) => applyEvent(order, event));

async function orderWith(id: string, ...events: OrderEvent[]): Promise<void> {
  now += 1;
  underWay.add(id);
  const request = { ...requestOf(id, price), asset: usdc.mint };
  await authority.reservations.reserve(request, () => grantedAlways(request));
  const payment = { messageHash: `hash-${id}`, ownSignature: `own-${id}`, lastValidBlockHeight: lifetime };
  for (const event of [{ kind: 'signed', payment } as const, ...events]) await report(id, event);
  now += 1;
}

const sent: OrderEvent = { kind: 'sent' };
const lost: OrderEvent = { kind: 'lost', why: 'no answer' };
const answered: OrderEvent = { kind: 'answered', httpStatus: 200, why: '' };
const delivered: OrderEvent = { kind: 'delivered' };

test('money that can still move is not released, up to and with the last height of its lifetime', async () => {
  await orderWith('a', sent, lost);
  for (chain.height of [1n, lifetime - 1n, lifetime]) {
    await reconcile.tick();
    expect([stateOf('a'), reserved()]).toEqual(['unknown', price]);
  }
  chain.height = lifetime + 1n;
  await reconcile.tick();
  expect([stateOf('a'), reserved(), available()]).toEqual(['released', 0n, 1_000_000n]);
});

test('a seller that settles in the last moment is found, not released', async () => {
  await orderWith('a', sent, lost);
  await reconcile.tick();
  chain.landed.push({ signature: 'late', messageHash: 'hash-a', delta: -price });
  chain.height = lifetime + 1n;
  await reconcile.tick();
  expect(stateOf('a')).toBe('failed');
  expect([reserved(), store.ledger.balance('spent', usdc.mint)]).toEqual([0n, price]);
});

test('the history at confirmed may miss it: the finalized search still finds it', async () => {
  await orderWith('a', sent, lost);
  chain.silent.add('history');
  chain.landed.push({ signature: 'late', messageHash: 'hash-a', delta: -price });
  chain.height = lifetime + 1n;
  await reconcile.tick();
  expect(stateOf('a'), 'nothing is decided while the chain does not answer').toBe('unknown');
  chain.silent.clear();
  chain.history = async () => [];
  await reconcile.tick();
  expect(stateOf('a')).toBe('failed');
});

test('nothing is released while any endpoint does not answer for the height or the history', async () => {
  await orderWith('a', sent, lost);
  chain.height = lifetime + 1n;
  for (const question of ['finalized', 'finalizedHistory'] as const) {
    chain.silent = new Set([question]);
    await reconcile.tick();
    expect(stateOf('a')).toBe('unknown');
  }
  chain.silent.clear();
  await reconcile.tick();
  expect(stateOf('a')).toBe('released');
});

test('a history line whose transaction cannot be read blocks every release', async () => {
  await orderWith('a', sent, lost);
  chain.height = lifetime + 1n;
  chain.finalizedHistory = async () => [{ signature: 'unreadable', failed: false }];
  await reconcile.tick();
  expect(stateOf('a')).toBe('unknown');
});

test('a transfer found by our own signature pays the order even when the message hash is not what we wrote down', async () => {
  await orderWith('a', sent, answered, delivered);
  chain.landed.push({ signature: 'tx', messageHash: 'elsewise', delta: -price, ownSignature: 'own-a' });
  await reconcile.tick();
  expect(stateOf('a')).toBe('settled');
});

test('a transfer that failed on the chain moves nothing, and its order is released when its time is over', async () => {
  await orderWith('a', sent, lost);
  chain.landed.push({ signature: 'tx', messageHash: 'hash-a', delta: 0n, error: 'InsufficientFunds' });
  await reconcile.tick();
  expect(stateOf('a')).toBe('unknown');
  chain.height = lifetime + 1n;
  await reconcile.tick();
  expect(stateOf('a')).toBe('released');
});

test('a deposit and a debit behind our back are booked once, whatever is read twice', async () => {
  chain.landed.push(
    { signature: 'in', messageHash: 'x', delta: 500n },
    { signature: 'out', messageHash: 'y', delta: -200n },
  );
  await Promise.all([reconcile.look(), reconcile.look(), reconcile.look()]);
  expect(available()).toBe(1_000_300n);
});

test('what was delivered and is not seen for half a minute is shown as unknown, and settles when it is seen', async () => {
  await orderWith('a', sent, answered, delivered);
  now += 29_000;
  await reconcile.tick();
  expect(stateOf('a')).toBe('delivering');
  now += 2_000;
  await reconcile.tick();
  expect(stateOf('a')).toBe('unknown');
  chain.landed.push({ signature: 'tx', messageHash: 'hash-a', delta: -price });
  await reconcile.tick();
  expect(stateOf('a')).toBe('settled');
});

test('at start, what was interrupted is unknown or released, and what is on the chain is found before anything is served', async () => {
  await orderWith('sent', sent);
  await orderWith('delivered', sent, answered, delivered);
  await orderWith('flowing', sent, answered);
  chain.landed.push(
    { signature: 't1', messageHash: 'hash-delivered', delta: -price },
    { signature: 't2', messageHash: 'hash-flowing', delta: -price },
  );
  underWay.clear();
  await reconcile.recover();
  expect([stateOf('sent'), stateOf('delivered'), stateOf('flowing')]).toEqual(['unknown', 'settled', 'failed']);
});

test('a claimed transaction that is not ours settles nothing', async () => {
  await orderWith('a', sent, answered, delivered);
  chain.landed.push({ signature: 'theirs', messageHash: 'other', delta: 0n });
  await reconcile.confirm('a', 'theirs');
  expect(stateOf('a')).toBe('delivering');
  await reconcile.confirm('a', 'nowhere');
  expect(stateOf('a')).toBe('delivering');
});

test('an order that nobody works on any more is taken up: given up when nothing left, else unknown until the chain decides', async () => {
  await orderWith('sent', sent);
  await orderWith('flowing', sent, answered);
  await orderWith('busy', sent);
  underWay = new Set();
  for (const id of ['sent', 'flowing']) expect(stateOf(id)).not.toBe('unknown');
  reconcile = createReconcile({
    suspect: () => undefined,
    purse: { asset: usdc, tokenAccount: account },
    orders: store.orders,
    statement: store.statement,
    underWay: new Set(['busy']),
    chain,
    clock,
    log: silentLog,
    reached: noCheckpoints,
  });
  await reconcile.tick();
  expect([stateOf('sent'), stateOf('flowing'), stateOf('busy')]).toEqual(['unknown', 'unknown', 'submitted']);
});

test('money that leaves behind our back while some is set aside does not stop the reading, and no account goes below zero', async () => {
  await orderWith('a', sent, lost);
  chain.landed.push(
    { signature: 'theft', messageHash: 'y', delta: -1_000_000n },
    { signature: 'in', messageHash: 'x', delta: 7n },
  );
  await reconcile.tick();
  expect([available(), reserved()]).toEqual([7n, price]);
});

test('a claim that cannot even be looked up does not keep us from our own history', async () => {
  await orderWith('a', sent, answered, delivered);
  chain.landed.push({ signature: 'tx', messageHash: 'hash-a', delta: -price });
  const transaction = chain.transaction.bind(chain);
  chain.transaction = async (signature) => {
    if (signature === 'garbage') throw new Error('no signature');
    return transaction(signature);
  };
  await reconcile.confirm('a', 'garbage');
  expect(stateOf('a')).toBe('settled');
});
