import { createHash, createSecretKey, hash } from 'node:crypto';
import { address, getBase58Decoder } from '@solana/kit';
import { silentLog } from '../../src-main/base/log-sink.ts';
import type { LandedTransaction } from '../../src-main/chain/index.ts';
import { type CreditDesk, type CreditDeskDeps, createCreditDesk } from '../../src-main/gateway/prepaid/credit-desk.ts';
import type { LandedTransfers } from '../../src-main/gateway/prepaid/package-sales.ts';
import { usualPackages } from '../../src-main/gateway/shop-plan.ts';
import { createCredits } from '../../src-main/store/credits.ts';
import { earned, tokenAccountOf } from '../../src-main/wallet/index.ts';
import { networks, parseDecimal } from '../../src-shared/model/index.ts';
import { openTestStore, type SetClock, setClock, type TestStore } from './test-store.ts';

const network = networks.sandbox;
/** Any 32 bytes are an address. */
export const addressOf = (name: string): string =>
  getBase58Decoder().decode(createHash('sha256').update(name).digest());
export const signatureOf = (name: string): string =>
  getBase58Decoder().decode(createHash('sha512').update(name).digest());

export const seller = addressOf('seller');
export const buyer = addressOf('buyer');
export const startedAt = Date.parse('2026-11-21T00:00:00.678Z');
/** `Starter`: 100 calls for 1.5 USDC. */
export const starterPrice = 1_500_000n;

/** What the chain shows of a transfer from `buyer` to `seller`. */
export function transferOf(
  name: string,
  changes: Partial<LandedTransaction> & { amount?: bigint; from?: string; to?: string } = {},
): LandedTransaction {
  const { amount = starterPrice, from = buyer, to = seller, ...rest } = changes;
  const account = (owner: string) =>
    tokenAccountOf(address(owner), address(network.tokenProgram), address(network.usdc.mint));
  const mint = network.usdc.mint;
  return {
    signature: signatureOf(name),
    slot: 7n,
    blockTime: Math.floor(startedAt / 1000),
    error: null,
    messageHash: hash('sha256', `message ${name}`, 'hex'),
    signatures: [signatureOf(name)],
    feeLamports: 5000n,
    memos: [],
    tokenDeltas: [
      { account: account(from), mint, owner: from, delta: -amount },
      { account: account(to), mint, owner: to, delta: amount },
    ],
    ...rest,
  };
}

export interface PrepaidTill {
  readonly store: TestStore;
  readonly clock: SetClock;
  readonly desk: CreditDesk;
  readonly book: ReturnType<typeof createCredits>;
  readonly transfers: LandedTransfers;
  /** What the chain shows. */
  readonly chain: Map<string, LandedTransaction>;
  show(transfer: LandedTransaction): string;
  another(changes: Partial<CreditDeskDeps>): CreditDesk;
  buy(body: object): Promise<{ status: number; body: Record<string, unknown>; headers?: object }>;
}

/** A desk over a real store, and a chain that shows what the test says. */
export function openPrepaidTill(options: { file?: string; changes?: Partial<CreditDeskDeps> } = {}): PrepaidTill {
  const clock = setClock(startedAt);
  const store = options.file === undefined ? openTestStore(clock) : openTestStore(clock, options.file);
  const book = createCredits(store.connection);
  const chain = new Map<string, LandedTransaction>();
  const transfers: LandedTransfers = {
    async lookUp(signature) {
      const landed = chain.get(signature) ?? null;
      // Nobody waits in a test: the time that the desk gives the chain is over at once.
      if (landed === null) clock.ticks += 60_000;
      return landed;
    },
    claim: (payment, signature, alsoInTransaction) =>
      store.settlements.claimLanded(payment, signature, earned(payment.asset, payment.amount), alsoInTransaction),
  };
  const deps: CreditDeskDeps = {
    shop: 'shop',
    seller,
    network,
    packages: usualPackages,
    perCall: parseDecimal('0.02', 6),
    forms: new Set(['groat', 'ag402'] as const),
    ag402Cap: null,
    issuing: createSecretKey(Buffer.alloc(32, 9)),
    book,
    transfers,
    clock,
    log: silentLog,
  };
  const another = (changes: Partial<CreditDeskDeps>) => createCreditDesk({ ...deps, ...options.changes, ...changes });
  const desk = another({});
  return {
    store,
    clock,
    desk,
    book,
    transfers,
    chain,
    another,
    show(transfer) {
      chain.set(transfer.signature, transfer);
      return transfer.signature;
    },
    buy: (body) => purchase(desk, body),
  };
}

export async function purchase(desk: CreditDesk, body: object) {
  const answer = await desk.answer({
    method: 'POST',
    path: '/prepaid/purchase',
    body: Buffer.from(JSON.stringify(body)),
    address: '127.0.0.1',
  });
  return { ...answer, body: Object.fromEntries(Object.entries(answer.body)) };
}

/** The header of a credential, however it was handed out. */
export const headerOf = (body: Readonly<Record<string, unknown>>): string =>
  typeof body['credential'] === 'string' ? body['credential'] : JSON.stringify(body['credential']);
