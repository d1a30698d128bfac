import { GroatError } from '../../src-shared/errors/index.ts';
import type { SendingSettlement, Settlements } from '../payments/ports.ts';
import type { Entry } from '../wallet/ports.ts';
import type { Connection } from './connection.ts';
import type { Ledger } from './ledger.ts';

interface Row {
  readonly message_hash: string;
  readonly shop: string;
  readonly url: string;
  readonly payer: string;
  readonly asset: string;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly signature: string;
  readonly dead_height: bigint;
}

export function createSettlements({ db, committer, recordedNow }: Connection, ledger: Ledger): Settlements {
  const claim = db.prepare(
    `INSERT INTO settlements (message_hash, state, shop, url, payer, asset, amount, fee, created_at, updated_at)
     VALUES (?, 'claimed', ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (message_hash) DO NOTHING`,
  );
  const abandon = db.prepare("DELETE FROM settlements WHERE message_hash = ? AND state = 'claimed'");
  const dropUnsent = db.prepare("DELETE FROM settlements WHERE state = 'claimed'");
  const sending = db.prepare(
    `UPDATE settlements SET state = 'sending', signature = ?, dead_height = ?, updated_at = ?
     WHERE message_hash = ? AND state = 'claimed'`,
  );
  const close = db.prepare(
    "UPDATE settlements SET state = ?, why = ?, updated_at = ? WHERE message_hash = ? AND state = 'sending'",
  );
  const open = db.prepare<[], Row>("SELECT * FROM settlements WHERE state = 'sending' ORDER BY created_at");

  const finish = (state: 'settled' | 'failed', hash: string, why: string | null, entries: readonly Entry[]) =>
    committer.writeSoon(() => {
      const now = recordedNow();
      if (close.run(state, why, now, hash).changes === 1) ledger.post(now, hash, entries);
    });

  return {
    claim: ({ messageHash, shop, url, payer, asset, amount, fee }) =>
      committer.write(() => {
        const now = recordedNow();
        return claim.run(messageHash, shop, url, payer, asset, amount, fee, now, now).changes === 1;
      }),
    abandon: (hash) => committer.write(() => void abandon.run(hash)),
    dropUnsentClaims: () => committer.write(() => void dropUnsent.run()),
    sending: (hash, signature, deadHeight) =>
      committer.write(() => {
        if (sending.run(signature, deadHeight, recordedNow(), hash).changes !== 1) {
          throw new GroatError('internal', { problem: `settlement ${hash} is not claimed` });
        }
      }),
    settled: (hash, entries) => finish('settled', hash, null, entries),
    failed: (hash, why, entries) => finish('failed', hash, why, entries),
    sendingNow: () =>
      open.all().map(
        (row): SendingSettlement => ({
          messageHash: row.message_hash,
          shop: row.shop,
          url: row.url,
          payer: row.payer,
          asset: row.asset,
          amount: row.amount,
          fee: row.fee,
          signature: row.signature,
          deadHeight: row.dead_height,
        }),
      ),
  };
}
