import { GroatError } from '../../src-shared/errors/index.ts';
import type { Claim, PresentedPayment, SaleRecord, Settlements } from '../payments/ports.ts';
import type { Entry } from '../wallet/ports.ts';
import type { Connection } from './connection.ts';
import type { Ledger } from './ledger.ts';
import { lightWrite } from './light-write.ts';
import type { RevenueBook } from './revenue.ts';

interface Row {
  readonly message_hash: string;
  readonly sale: string;
  readonly state: SaleRecord['state'];
  readonly delivery: SaleRecord['delivery'];
  readonly purpose: SaleRecord['purpose'];
  readonly dialect: SaleRecord['dialect'];
  readonly shop: string;
  readonly method: string;
  readonly route: string;
  readonly url: string;
  readonly request_hash: string;
  readonly payer: string;
  readonly pay_to: string;
  readonly asset: string;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly payment_id: string | null;
  readonly payload_hash: string | null;
  readonly receipt_hash: string | null;
  readonly signature: string | null;
  readonly dead_height: bigint | null;
  readonly http_status: bigint | null;
  readonly why: string | null;
  readonly created_at: bigint;
  readonly settled_at: bigint | null;
}

const dayMs = 24 * 60 * 60 * 1000;

export function createSettlements(
  { db, committer, recordedNow, peekNow }: Connection,
  ledger: Ledger,
  revenue: RevenueBook,
): Settlements {
  const insert = db.prepare(
    `INSERT INTO settlements (message_hash, sale, state, purpose, dialect, shop, method, route, url, request_hash, payer,
       pay_to, asset, amount, fee, payment_id, payload_hash, receipt_hash, signature, created_at, updated_at, settled_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const find = db.prepare<[string], Row>('SELECT * FROM settlements WHERE message_hash = ?');
  const findSale = db.prepare<[string], Row>('SELECT * FROM settlements WHERE sale = ?');
  const findSigned = db.prepare<[string], Row>('SELECT * FROM settlements WHERE signature = ?');
  const findId = db.prepare<[string, string], Row>('SELECT * FROM settlements WHERE shop = ? AND payment_id = ?');
  const fees = db
    .prepare<[number], bigint | null>(
      "SELECT SUM(fee) FROM settlements WHERE purpose = 'facilitator' AND created_at > +?",
    )
    .pluck();
  const abandon = db.prepare("DELETE FROM settlements WHERE message_hash = ? AND state = 'claimed'");
  // Word for word as the index of what is open has it: without that SQLite reads all there ever was.
  const isOpen = "state IN ('claimed','sending')";
  const dropUnsent = db.prepare(`DELETE FROM settlements WHERE ${isOpen} AND state = 'claimed'`);
  const sending = db.prepare(
    `UPDATE settlements SET state = 'sending', signature = ?, dead_height = ?, updated_at = ?
     WHERE message_hash = ? AND state = 'claimed'`,
  );
  const settle = db.prepare(
    `UPDATE settlements SET state = 'settled', signature = ?, settled_at = ?, updated_at = ?
     WHERE message_hash = ? AND state = 'sending'`,
  );
  const fail = db.prepare(
    "UPDATE settlements SET state = 'failed', why = ?, updated_at = ? WHERE message_hash = ? AND state = 'sending'",
  );
  const receipt = db.prepare('UPDATE settlements SET receipt_hash = ? WHERE message_hash = ?');
  const delivered = db.prepare(
    "UPDATE settlements SET delivery = ?, http_status = ? WHERE message_hash = ? AND delivery <> 'complete'",
  );
  const open = db.prepare<[], Row>(
    `SELECT * FROM settlements WHERE ${isOpen} AND state = 'sending' ORDER BY created_at`,
  );
  const pages = createPages(db);
  const light = <T>(work: () => T): Promise<T> => lightWrite(committer, work);

  const write = (
    payment: PresentedPayment,
    state: 'claimed' | 'settled',
    signature: string | null,
    receiptHash: string | null,
  ) => {
    const now = recordedNow();
    const { messageHash, sale, purpose, dialect, shop, method, route, url, requestHash, payer, payTo } = payment;
    const { asset, amount, fee, paymentId, payloadHash } = payment;
    const what = [messageHash, sale, state, purpose, dialect, shop, method, route, url, requestHash, payer, payTo];
    const sums = [asset, amount, fee, paymentId, payloadHash, receiptHash, signature];
    return insert.run(...what, ...sums, now, now, state === 'settled' ? now : null).changes === 1;
  };

  /** Whoever holds what `payment` wants. */
  const holder = ({ messageHash, shop, paymentId }: PresentedPayment, signature: string | null): Claim => {
    const known = find.get(messageHash) ?? (signature === null ? undefined : findSigned.get(signature));
    if (known !== undefined) return { kind: 'known', sale: readRow(known) };
    const named = paymentId === null ? undefined : findId.get(shop, paymentId);
    if (named !== undefined) return { kind: 'identifier', sale: readRow(named) };
    throw new GroatError('internal', { problem: `payment ${messageHash} cannot be claimed` });
  };

  const book = (payment: PresentedPayment, at: number, entries: readonly Entry[]): void => {
    ledger.post(at, payment.messageHash, entries);
    if (payment.purpose !== 'facilitator') revenue.add(at, payment);
  };

  return {
    claim(payment, { receiptHash = null, feeCeiling } = {}) {
      const claimed = light((): Claim => {
        if (feeCeiling !== undefined && (fees.get(recordedNow() - dayMs) ?? 0n) + payment.fee > feeCeiling) {
          const known = find.get(payment.messageHash);
          return known === undefined ? { kind: 'over-ceiling' } : { kind: 'known', sale: readRow(known) };
        }
        return write(payment, 'claimed', null, receiptHash) ? { kind: 'claimed' } : holder(payment, null);
      });
      // Somebody waits for it: with all that is claimed in this turn, at its end.
      setImmediate(committer.hurry);
      return claimed;
    },
    claimLanded: (payment, signature, entries, alsoInTransaction) =>
      committer.write(() => {
        if (!write(payment, 'settled', signature, null)) return holder(payment, signature);
        book(payment, recordedNow(), entries);
        alsoInTransaction?.();
        return { kind: 'claimed' };
      }),
    abandon: (hash) => committer.write(() => void abandon.run(hash)),
    dropUnsentClaims: () => committer.write(() => void dropUnsent.run()),
    sending: (hash, signature, deadHeight) =>
      committer.write(() => {
        if (sending.run(signature, deadHeight, recordedNow(), hash).changes !== 1) {
          throw new GroatError('internal', { problem: `settlement ${hash} is not claimed` });
        }
      }),
    settled: (hash, signature, entries) =>
      light(() => {
        const now = recordedNow();
        if (settle.run(signature, now, now, hash).changes !== 1) return;
        const row = find.get(hash);
        if (row !== undefined) book(readRow(row), now, entries);
      }),
    failed: (hash, why, entries) =>
      light(() => {
        const now = recordedNow();
        if (fail.run(why, now, hash).changes === 1) ledger.post(now, hash, entries);
      }),
    receiptGiven: (hash, receiptHash) => committer.writeSoon(() => void receipt.run(receiptHash, hash)),
    delivered: (hash, delivery, httpStatus) => light(() => void delivered.run(delivery, httpStatus, hash)),
    get: (hash) => maybe(find.get(hash)),
    bySale: (sale) => maybe(findSale.get(sale)),
    list: ({ shop, undelivered, before, limit }) => {
      const start = before === null ? null : findSale.get(before);
      if (start === undefined) return [];
      return pages(shop, undelivered, start, limit).map(readRow);
    },
    sendingNow: () => open.all().map(readRow),
    facilitatorFees: () => fees.get(peekNow() - dayMs) ?? 0n,
  };
}

/** Newest first, by index only; each of the four lists has its own. */
function createPages(db: Connection['db']) {
  const undeliveredOnly = "state = 'settled' AND purpose = 'call' AND delivery <> 'complete'";
  const page = (...where: readonly string[]) =>
    db.prepare<(string | number | bigint)[], Row>(
      `SELECT * FROM settlements WHERE ${[...where, '(created_at, message_hash) < (+?, +?)'].join(' AND ')}
       ORDER BY created_at DESC, message_hash DESC LIMIT +?`,
    );
  const all = { any: page(), undelivered: page(undeliveredOnly) };
  const ofShop = { any: page('shop = +?'), undelivered: page('shop = +?', undeliveredOnly) };
  return (shop: string | null, undelivered: boolean, before: Row | null, limit: number): readonly Row[] => {
    const kind = undelivered ? 'undelivered' : 'any';
    const from = [before?.created_at ?? Number.MAX_SAFE_INTEGER, before?.message_hash ?? ''];
    return shop === null ? all[kind].all(...from, limit) : ofShop[kind].all(shop, ...from, limit);
  };
}

const maybe = (row: Row | undefined): SaleRecord | null => (row === undefined ? null : readRow(row));

function readRow(row: Row): SaleRecord {
  return {
    messageHash: row.message_hash,
    sale: row.sale,
    purpose: row.purpose,
    dialect: row.dialect,
    shop: row.shop,
    method: row.method,
    route: row.route,
    url: row.url,
    requestHash: row.request_hash,
    payer: row.payer,
    payTo: row.pay_to,
    asset: row.asset,
    amount: row.amount,
    fee: row.fee,
    paymentId: row.payment_id,
    payloadHash: row.payload_hash,
    state: row.state,
    delivery: row.delivery,
    signature: row.signature,
    deadHeight: row.dead_height,
    receiptHash: row.receipt_hash,
    httpStatus: row.http_status === null ? null : Number(row.http_status),
    why: row.why,
    createdAt: Number(row.created_at),
    settledAt: row.settled_at === null ? null : Number(row.settled_at),
  };
}
