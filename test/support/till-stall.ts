import { address } from '@solana/kit';
import { onTestFinished } from 'vitest';
import { noCheckpoints } from '../../src-main/base/checkpoint.ts';
import { type Clock, systemClock } from '../../src-main/base/clock.ts';
import { silentLog } from '../../src-main/base/log-sink.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import type { Chain } from '../../src-main/chain/index.ts';
import { encodeHeader } from '../../src-main/payments/dialects/x402-v2/codec.ts';
import {
  type Collector,
  createCollector,
  createTill,
  type KeptAnswer,
  type OpenTill,
  type Presented,
  type Quote,
  type Settler,
} from '../../src-main/payments/index.ts';
import { createAnswers } from '../../src-main/store/answers.ts';
import { createRefunds } from '../../src-main/store/refunds.ts';
import { openWallet, type Signer } from '../../src-main/wallet/index.ts';
import { networks, parseDecimal } from '../../src-shared/model/index.ts';
import { connect, newFolder, openSandbox } from '../integration/chain/fixture.ts';
import { memoryKeychain } from './memory-keychain.ts';
import { memorySealedKeys } from './memory-sealed-keys.ts';
import { assembleStore, type TestStore } from './test-store.ts';
import { buildPayment, honestParts, type PaymentParts, type TestKey, testKey } from './x402-payment.ts';

const { usdc, caip2, tokenProgram } = networks.sandbox;
export const nothing: Presented = {
  paymentSignature: [],
  xPayment: [],
  authorization: [],
  timestamp: [],
  nonce: [],
  receipt: [],
};

export interface Served {
  readonly status: number;
  readonly body: string;
  /** What the till wanted to go with it, by lower-case name. */
  readonly fields: ReadonlyMap<string, string>;
  /** The code of a demand or a problem. */
  readonly error: string | null;
}

/** The till over a real chain, store and signer, with nothing in front of it but a stand-in for the shop. */
export interface TillStall {
  readonly chain: Chain;
  readonly signer: Signer;
  readonly store: TestStore;
  readonly till: OpenTill;
  readonly collector: Collector;
  readonly quote: Quote;
  /** How often the upstream was asked. */
  readonly upstream: { calls: number; status: number; body: string; wait: Promise<void> | null };
  newBuyer(usdcAmount?: bigint): Promise<TestKey>;
  fund(owner: string): Promise<void>;
  parts(buyer: TestKey, changes?: Partial<PaymentParts>): Promise<PaymentParts>;
  pay(buyer: TestKey, changes?: Partial<PaymentParts>): Promise<Uint8Array>;
  /** As a shop serves a request. */
  ask(present: Partial<Presented>, quote?: Partial<Quote>, cut?: boolean): Promise<Served>;
  /** What the till's own account holds on the chain. */
  earned(): Promise<bigint>;
  /** As after a kill: the same store and chain, and nothing in memory. */
  again(): Promise<void>;
  advance(slots: number): Promise<void>;
  readonly rpcUrl: string;
}

export const v2Header = (stall: TillStall, wire: Uint8Array, id?: string, changes: object = {}): string =>
  encodeHeader({
    x402Version: 2,
    accepted: {
      scheme: 'exact',
      network: caip2,
      amount: stall.quote.amount.toString(),
      asset: usdc.mint,
      payTo: stall.quote.payTo,
      maxTimeoutSeconds: 60,
      extra: { feePayer: stall.signer.addresses.feePayer },
    },
    payload: { transaction: Buffer.from(wire).toString('base64') },
    ...(id !== undefined && { extensions: { 'payment-identifier': { info: { required: false, id } } } }),
    ...changes,
  });

export const v1Header = (wire: Uint8Array, changes: object = {}): string =>
  encodeHeader({
    x402Version: 1,
    scheme: 'exact',
    network: 'solana-devnet',
    payload: { transaction: Buffer.from(wire).toString('base64') },
    ...changes,
  });

export async function openStall(
  options: { readonly clock?: Clock; readonly remote?: (collector: Collector) => (url: string) => Settler } = {},
): Promise<TillStall> {
  const { clock = systemClock } = options;
  const folder = newFolder();
  const sandbox = await openSandbox(`${folder.dir}/chain`, 0, 50);
  const chain = await connect(sandbox);
  const { signer } = await openWallet({
    network: 'sandbox',
    dir: folder.dir,
    keys: memorySealedKeys(),
    sealing: { setting: 'keyfile', passphraseFile: null, prompt: null, keychain: memoryKeychain() },
    log: silentLog,
    random: systemRandom,
  });
  const { till: payTo, feePayer } = signer.addresses;
  await sandbox.airdrop(feePayer, 1_000_000_000n);
  const account = await sandbox.ensureTokenAccount(payTo);
  const file = `${folder.dir}/groat.db`;

  const build = (store: TestStore) => {
    const collector = createCollector({
      network: networks.sandbox,
      chain,
      signer,
      settlements: store.settlements,
      log: silentLog,
      reached: noCheckpoints,
    });
    const till = createTill({
      network: networks.sandbox,
      feePayer,
      chain,
      settlements: store.settlements,
      answers: createAnswers(store.connection),
      refunds: createRefunds(store.connection, store.ledger, store.log),
      collector,
      remoteSettler: options.remote?.(collector) ?? (() => Promise.reject(new Error('none')) as never),
      clock,
      now: store.connection.peekNow,
      random: systemRandom,
      log: silentLog,
      reached: noCheckpoints,
    });
    return { store, collector, till };
  };
  let current = build(assembleStore(clock, file));
  onTestFinished(async () => {
    await current.store.close();
    await signer.stop();
    await chain.stop();
    await sandbox.stop();
    folder.remove();
  });

  const upstream: TillStall['upstream'] = { calls: 0, status: 200, body: 'goods', wait: null };
  const quote: Quote = {
    shop: 'stall',
    description: 'a stall',
    method: 'GET',
    route: '/*',
    resource: 'http://stall.test/thing?q=1',
    amount: parseDecimal('0.01', 6),
    payTo,
    dialects: new Set(['x402-v2', 'x402-v1', 'open402']),
    flow: 'after',
    facilitator: null,
    extensions: null,
  };

  const flat = (headers: readonly string[]): ReadonlyMap<string, string> =>
    new Map(headers.flatMap((name, i) => (i % 2 === 0 ? [[name.toLowerCase(), headers[i + 1] ?? '']] : [])));
  const kept = ({ status, body, headers }: KeptAnswer): Served => ({
    status,
    body: Buffer.from(body).toString('utf8'),
    fields: flat(headers),
    error: null,
  });

  async function serve(present: Presented, asked: Quote, cut: boolean): Promise<Served> {
    const admission = await current.till.admit(asked, present);
    if (admission.kind === 'answered') return kept(admission.answer);
    if (admission.kind === 'problem')
      return { status: admission.status, body: admission.detail, fields: new Map(), error: admission.code };
    const demanded = ({
      headers,
      body,
      error,
    }: {
      headers: readonly string[];
      body: string;
      error: string | null;
    }) => ({
      status: 402,
      body,
      fields: flat(headers),
      error,
    });
    if (admission.kind === 'demand') return demanded(admission.demand);
    const { sale } = admission;
    const early = asked.flow === 'upfront' ? await sale.settle() : null;
    if (early?.kind === 'unsettled') return demanded(early.demand);
    upstream.calls += 1;
    const { status, body } = upstream;
    await upstream.wait;
    if (status >= 400) {
      if (early === null) await sale.abandon();
      else sale.delivered('refused', status);
      return { status, body, fields: new Map(), error: null };
    }
    const settled = early ?? (await sale.settle());
    if (settled.kind === 'unsettled') return demanded(settled.demand);
    sale.keeper?.head(status, 'OK', settled.headers);
    if (cut) {
      sale.keeper?.broken();
      sale.delivered('cut', status);
      throw new Error('cut');
    }
    sale.keeper?.data(Buffer.from(body));
    sale.keeper?.end();
    sale.delivered('complete', status);
    return { status, body, fields: flat(settled.headers), error: null };
  }

  const stall: TillStall = {
    chain,
    signer,
    get store() {
      return current.store;
    },
    get till() {
      return current.till;
    },
    get collector() {
      return current.collector;
    },
    quote,
    upstream,
    rpcUrl: String(sandbox.rpcUrl),
    async newBuyer(usdcAmount = 1_000_000n) {
      const buyer = testKey();
      await sandbox.fund(buyer.address, usdcAmount);
      return buyer;
    },
    async fund(owner) {
      await sandbox.fund(owner, 1_000_000n);
      await sandbox.airdrop(owner, 100_000_000n);
    },
    async parts(payer, changes = {}) {
      const { blockhash } = await chain.recentBlockhash();
      return {
        ...honestParts(),
        payer,
        feePayer: address(feePayer),
        mint: address(usdc.mint),
        tokenProgram: address(tokenProgram),
        payTo: address(payTo),
        memo: Buffer.from(systemRandom(16)).toString('hex'),
        blockhash,
        ...changes,
      };
    },
    pay: async (payer, changes) => buildPayment(await stall.parts(payer, changes)),
    ask: (present, changes = {}, cut = false) => serve({ ...nothing, ...present }, { ...quote, ...changes }, cut),
    earned: async () => (await chain.tokenBalance(account)) ?? 0n,
    async again() {
      current.store.crash();
      current = build(assembleStore(clock, file));
      await current.store.settlements.dropUnsentClaims();
    },
    advance: (slots) => sandbox.advance(slots),
  };
  return stall;
}
