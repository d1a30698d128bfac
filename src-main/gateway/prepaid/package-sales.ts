import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { PrepaidPackage } from '../../../src-shared/contract/index.ts';
import { type Atomic, formatDecimal, type Network, parseDecimal } from '../../../src-shared/model/index.ts';
import type { Clock } from '../../base/clock.ts';
import type { LogSink } from '../../base/log-sink.ts';
import {
  type Claim,
  type LandedTransaction,
  type PresentedPayment,
  saleOf,
  transferBreaks,
} from '../../payments/index.ts';
import type { CreditBook, CreditRecord } from '../ports.ts';
import { ag402CreditId, spellAg402 } from './ag402-credential.ts';
import type { CreditForm } from './credential-reader.ts';
import { groatCreditId, spellGroat } from './groat-credential.ts';
import { type PurchaseWish, readPurchase } from './purchase-wish.ts';
import { mayRecover, secretHashOf } from './recovery.ts';
import type { ShopKeys } from './shop-keys.ts';

export interface SalesRequest {
  readonly method: string;
  /** With or without a query. */
  readonly path: string;
  /** The whole body; what is above 8 KiB is refused. */
  readonly body: Uint8Array;
  /** Of the one who asks. */
  readonly address: string;
}

export interface SalesAnswer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Payments as the chain shows them, and the book in which each is claimed once. */
export interface LandedTransfers {
  /** Null while the chain does not show it as confirmed. Rejects when the chain cannot be asked. */
  lookUp(signature: string): Promise<LandedTransaction | null>;
  /** `Settlements.claimLanded`, with the earnings of such a sale. `alsoInTransaction` runs only on `claimed`. */
  claim(payment: PresentedPayment, signature: string, alsoInTransaction: () => void): Promise<Claim>;
}

/** Sells packages of calls for transfers that the buyer has sent himself (ag402 reference, section 6; our own form beside). */
export interface PackageSales {
  answer(request: SalesRequest): Promise<SalesAnswer>;
}

const memoPrefix = 'groat-prepaid:';

const maxBodyBytes = 8 * 1024;
const dayMs = 24 * 3_600_000;
/** Whoever sees a transaction may show it in ag402's form: not for longer than its buyers need. */
const maxAgeMs: { readonly [F in CreditForm]: number } = { ag402: dayMs, groat: 365 * dayMs };
/** How long a purchase waits for the chain, and how often it looks. */
const waitMs = 5_000;
const lookEveryMs = 400;
/** Purchases that wait at once; each may keep a connection and ask the chain a dozen times. What is on the chain waits for none. */
const maxWaiting = 64;
/** Purchases that are looked at at once. */
const maxUnderWay = 1_024;

export function createPackageSales(deps: {
  readonly shop: string;
  readonly seller: string;
  readonly network: Network;
  readonly packages: readonly PrepaidPackage[];
  readonly perCall: Atomic | null;
  readonly forms: ReadonlySet<CreditForm>;
  readonly ag402Cap: Atomic | null;
  readonly keys: ShopKeys;
  readonly book: Pick<CreditBook, 'issue' | 'bySignature'>;
  readonly transfers: LandedTransfers;
  readonly clock: Clock;
  readonly log: LogSink;
}): PackageSales {
  const { shop, seller, network, keys, book, transfers, clock, log } = deps;
  const priceOf = ({ price }: PrepaidPackage): Atomic => parseDecimal(price, network.usdc.decimals);
  const formsOf = (one: PrepaidPackage): readonly CreditForm[] =>
    (['groat', 'ag402'] as const).filter(
      (form) => deps.forms.has(form) && (form === 'groat' || deps.ag402Cap === null || priceOf(one) <= deps.ag402Cap),
    );
  const packages = new Map(deps.packages.map((one) => [one.id, one]));
  const list: SalesAnswer = { status: 200, body: listOf(deps, formsOf) };
  /** By what was asked for, to the letter: copies that come while the first is looked at get its answer. */
  const underWay = new Map<string, Promise<SalesAnswer>>();
  let waiting = 0;

  const credentialOf = (credit: Omit<CreditRecord, 'used'>): object =>
    credit.form === 'groat'
      ? { credential: spellGroat(keys.groat, seller, credit), form: 'groat' }
      : { credential: spellAg402(keys.ag402, seller, credit) };

  /** The same credential again, whatever package is named this time. */
  const recover = (credit: CreditRecord, wish: PurchaseWish): SalesAnswer =>
    credit.shop === shop &&
    credit.buyer === wish.buyer &&
    mayRecover(credit, seller, { secret: wish.secret, signature: wish.recovery }, clock.now())
      ? { status: 200, body: { ...credentialOf(credit), recovered: true } }
      : notYours;

  /** Null: the chain does not show it; `busy`: it did not at once, and no more can wait. */
  const awaitTransfer = async (signature: string): Promise<LandedTransaction | null | 'busy'> => {
    const deadline = clock.monotonic() + waitMs;
    let landed = await transfers.lookUp(signature);
    if (landed !== null) return landed;
    if (waiting >= maxWaiting) return 'busy';
    waiting += 1;
    try {
      while (landed === null && clock.monotonic() < deadline) {
        await delay(lookEveryMs);
        landed = await transfers.lookUp(signature);
      }
    } finally {
      waiting -= 1;
    }
    return landed;
  };

  const creditFor = (
    wish: PurchaseWish,
    sold: PrepaidPackage,
    landed: LandedTransaction,
  ): Omit<CreditRecord, 'used'> => {
    const { form, buyer, signature, secret } = wish;
    const now = clock.now();
    // Our own form tells whole seconds: what it says and what the books say is the same.
    const issuedAt = form === 'groat' ? now - (now % 1000) : now;
    const credit = {
      id: groatCreditId(signature),
      shop,
      form,
      buyer,
      package: sold.id,
      calls: sold.calls,
      price: priceOf(sold),
      messageHash: landed.messageHash,
      signature,
      secretHash: secret === null ? null : secretHashOf(secret),
      issuedAt,
      expiresAt: issuedAt + sold.days * dayMs,
    };
    return form === 'groat' ? credit : { ...credit, id: ag402CreditId(spellAg402(keys.ag402, seller, credit)) };
  };

  const sell = async (wish: PurchaseWish, sold: PrepaidPackage): Promise<SalesAnswer> => {
    const { form, buyer, signature, secret } = wish;
    const landed = await awaitTransfer(signature);
    if (landed === 'busy') return busy;
    if (landed === null) return notConfirmed;
    const problem = transferBreaks(
      landed,
      {
        asset: network.usdc.mint,
        tokenProgram: network.tokenProgram,
        payTo: seller,
        payer: buyer,
        amount: priceOf(sold),
        memo: form === 'groat' && secret !== null ? `${memoPrefix}${secretHashOf(secret)}` : null,
        maxAgeMs: maxAgeMs[form],
      },
      clock.now(),
    );
    if (problem === 'payer_mismatch' || problem === 'memo_mismatch') return notYours;
    if (problem !== null) return unpaid(problem);
    // Paid for in our form: the one who saw the transaction first must not have it for naming the other.
    if (form === 'ag402' && landed.memos.some((memo) => memo.startsWith(memoPrefix))) return notYours;
    const credit = creditFor(wish, sold, landed);
    const claim = await transfers.claim(paymentOf(credit, seller, network), signature, () => book.issue(credit));
    if (claim.kind === 'claimed') {
      log.info('package sold', { shop, package: sold.id, form, buyer, signature });
      return { status: 201, body: credentialOf(credit) };
    }
    const before = book.bySignature(signature);
    return before === null ? notYours : recover(before, wish);
  };

  /** In ag402's order; a transaction that bought something before is looked up ahead of it, for the package may be gone by now. */
  const purchase = async (wish: PurchaseWish): Promise<SalesAnswer> => {
    const known = possibleSignature.test(wish.signature) ? book.bySignature(wish.signature) : null;
    if (known !== null) return recover(known, wish);
    const sold = packages.get(wish.packageId);
    if (sold !== undefined && !formsOf(sold).includes(wish.form)) return formNotSold(formsOf(sold));
    if (sold === undefined) return wrong('invalid_package', 'Unknown package_id');
    if (!/^[A-Za-z0-9_-]{1,128}$/.test(wish.signature))
      return wrong('invalid_tx_hash', 'tx_hash has an invalid format');
    if (!/^.{1,128}$/s.test(wish.buyer))
      return wrong('invalid_buyer_address', 'buyer_address must have 1 to 128 characters');
    if (wish.form === 'groat' && wish.secret === null) return wrong('invalid_secret', 'secret must be 64 hex digits');
    // No chain has it: the made-up ids of ag402's test mode, for one.
    if (!possibleSignature.test(wish.signature)) return unpaid('not a transaction id');
    if (underWay.size >= maxUnderWay) return busy;
    return sell(wish, sold);
  };

  const sharedPurchase = (wish: PurchaseWish): Promise<SalesAnswer> => {
    const key = JSON.stringify(wish);
    const running = underWay.get(key);
    if (running !== undefined) return running;
    const started = purchase(wish)
      .catch((error): SalesAnswer => {
        log.error('package could not be sold', { shop, package: wish.packageId, signature: wish.signature, error });
        return cannotRecord;
      })
      .finally(() => underWay.delete(key));
    underWay.set(key, started);
    return started;
  };

  return {
    async answer({ method, path, body }) {
      const [where] = path.split('?', 1);
      if (where === '/prepaid/packages') return method === 'GET' || method === 'HEAD' ? list : wrongMethod('GET, HEAD');
      if (where !== '/prepaid/purchase') return { status: 404, body: { error: 'Not Found' } };
      if (method !== 'POST') return wrongMethod('POST');
      if (body.byteLength > maxBodyBytes) {
        return { status: 413, body: { error: 'Payload Too Large', detail: `Body exceeds ${maxBodyBytes} bytes` } };
      }
      const wish = readPurchase(body);
      return wish === null ? unreadable : sharedPurchase(wish);
    },
  };
}

/** Base58 of 64 bytes. */
const possibleSignature = /^[1-9A-HJ-NP-Za-km-z]{64,88}$/;

/**
 * ag402's list; per package how its credential may be spelled, and what a call costs by itself. What is not sold in ag402's
 * form stands in a list of its own, because ag402's buyers read no `forms`: they would pay, and get nothing.
 */
function listOf(
  deps: {
    readonly packages: readonly PrepaidPackage[];
    readonly perCall: Atomic | null;
    readonly network: Network;
    readonly seller: string;
  },
  formsOf: (one: PrepaidPackage) => readonly CreditForm[],
): object {
  const { usdc } = deps.network;
  const listed = deps.packages.map((one) => ({
    package_id: one.id,
    name: one.name,
    calls: one.calls,
    days: one.days,
    price_usdc: Number(one.price),
    token: usdc.symbol,
    seller_address: deps.seller,
    forms: formsOf(one),
  }));
  const others = listed.filter(({ forms }) => !forms.includes('ag402'));
  return {
    packages: listed.filter(({ forms }) => forms.includes('ag402')),
    ...(others.length === 0 ? {} : { groat_packages: others }),
    ...(deps.perCall === null ? {} : { per_call: formatDecimal(deps.perCall, usdc.decimals) }),
    purchase: { memo_prefix: memoPrefix },
  };
}

function paymentOf(credit: Omit<CreditRecord, 'used'>, payTo: string, network: Network): PresentedPayment {
  return {
    messageHash: credit.messageHash,
    sale: saleOf(credit.messageHash),
    purpose: 'package',
    dialect: 'open402',
    shop: credit.shop,
    method: 'POST',
    route: '/prepaid/purchase',
    url: '/prepaid/purchase',
    requestHash: hash('sha256', `POST /prepaid/purchase ${credit.package}`, 'hex'),
    payer: credit.buyer,
    payTo,
    asset: network.usdc.mint,
    amount: credit.price,
    fee: 0n,
    paymentId: null,
    payloadHash: null,
  };
}

const failed = 'payment_verification_failed';
const wrong = (error: string, detail: string): SalesAnswer => ({ status: 400, body: { error, detail } });
const unpaid = (detail: string): SalesAnswer => ({ status: 402, body: { error: failed, detail } });
const wrongMethod = (allow: string): SalesAnswer => ({
  status: 405,
  body: { error: 'Method Not Allowed' },
  headers: { Allow: allow },
});
/** Money may have moved: ask again with the same transaction. */
const notConfirmed: SalesAnswer = { ...unpaid('Payment not confirmed on-chain'), headers: { 'Retry-After': '2' } };
/** Somebody else's, or used for something else: which of the two is nobody's business. */
const notYours: SalesAnswer = { status: 403, body: { error: failed, detail: 'Transaction verification failed' } };
const unreadable: SalesAnswer = {
  status: 422,
  body: {
    error: 'invalid_request',
    detail: 'The body must be a JSON object with buyer_address, package_id and tx_hash',
  },
};
const formNotSold = (forms: readonly CreditForm[]): SalesAnswer => ({
  status: 503,
  body: {
    error: 'Prepaid purchase not enabled on this gateway',
    detail: `This package is sold as: ${forms.join(', ')}`,
  },
});
const busy: SalesAnswer = {
  status: 503,
  body: { error: 'Service Unavailable', detail: 'Too many purchases wait for the chain' },
  headers: { 'Retry-After': '5' },
};
const cannotRecord: SalesAnswer = {
  status: 503,
  body: { error: 'Service Unavailable', detail: 'Cannot record credential issuance' },
  headers: { 'Retry-After': '2' },
};
