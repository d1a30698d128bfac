import type { RefundRecord, Refunds } from '../payments/ports.ts';
import type { Entry } from '../wallet/ports.ts';
import type { Connection } from './connection.ts';
import type { Ledger } from './ledger.ts';
import type { Log } from './log.ts';

interface Row {
  readonly sale: string;
  readonly state: RefundRecord['state'];
  readonly payee: string;
  readonly asset: string;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly signature: string;
  readonly message_hash: string;
  readonly wire: Uint8Array;
  readonly dead_height: bigint;
  readonly after: string | null;
  readonly created_at: bigint;
  readonly updated_at: bigint;
}

export function createRefunds({ db, committer, recordedNow }: Connection, ledger: Ledger, log: Log): Refunds {
  // One that was released makes place for another; every other stands for good.
  const insert = db.prepare(
    `INSERT INTO refunds (sale, state, payee, asset, amount, fee, signature, message_hash, wire, dead_height, after,
       created_at, updated_at)
     VALUES (@sale, 'signed', @payee, @asset, @amount, @fee, @signature, @messageHash, @wire, @deadHeight, @after,
       @now, @now)
     ON CONFLICT (sale) DO UPDATE SET state = 'signed', payee = excluded.payee, asset = excluded.asset,
       amount = excluded.amount, fee = excluded.fee, signature = excluded.signature,
       message_hash = excluded.message_hash, wire = excluded.wire, dead_height = excluded.dead_height,
       after = excluded.after, created_at = excluded.created_at, updated_at = excluded.updated_at
     WHERE refunds.state = 'released'`,
  );
  const useUp = db.prepare(
    `UPDATE credits SET used = calls, closed = 1
     WHERE message_hash = (SELECT message_hash FROM settlements WHERE sale = ? AND purpose = 'package')`,
  );
  const close = db.prepare(
    "UPDATE refunds SET state = ?, updated_at = ? WHERE signature = ? AND state = 'signed' RETURNING sale, amount",
  );
  const get = db.prepare<[string], Row>('SELECT * FROM refunds WHERE sale = ?');
  const open = db.prepare<[], Row>("SELECT * FROM refunds WHERE state = 'signed' ORDER BY created_at");

  const note = (sale: string, data: Readonly<Record<string, string>>): void => {
    log.append({ kind: 'refund', agent: null, subject: sale, data });
  };
  const finish = (state: 'settled' | 'released', signature: string, why: string | null, entries: readonly Entry[]) =>
    committer.write(() => {
      const now = recordedNow();
      const closed = close.get(state, now, signature) as { readonly sale: string } | undefined;
      if (closed === undefined) return;
      ledger.post(now, closed.sale, entries);
      note(closed.sale, { what: state, signature, ...(why === null ? {} : { why }) });
    });

  return {
    sign: (refund, entries, closesCredit) =>
      committer.write(() => {
        const { sale, asset, amount, payee, signature } = refund;
        const found = get.get(sale);
        if (found !== undefined && found.state !== 'released') return 'known';
        // Within the transaction: of two at once the second sees what the first has taken.
        if (ledger.balance('received', asset) < amount) return 'short';
        const now = recordedNow();
        if (insert.run({ ...refund, now }).changes !== 1) return 'known';
        ledger.post(now, sale, entries);
        if (closesCredit) useUp.run(sale);
        note(sale, { what: 'signed', amount: amount.toString(), payee, signature });
        return 'signed';
      }),
    settled: (signature, entries) => finish('settled', signature, null, entries),
    released: (signature, why, entries) => finish('released', signature, why, entries),
    get(sale) {
      const row = get.get(sale);
      return row === undefined ? null : toRecord(row);
    },
    open: () => open.all().map(toRecord),
  };
}

const toRecord = (row: Row): RefundRecord => ({
  sale: row.sale,
  state: row.state,
  payee: row.payee,
  asset: row.asset,
  amount: row.amount,
  fee: row.fee,
  signature: row.signature,
  messageHash: row.message_hash,
  wire: row.wire,
  deadHeight: row.dead_height,
  after: row.after,
  createdAt: Number(row.created_at),
  updatedAt: Number(row.updated_at),
});
