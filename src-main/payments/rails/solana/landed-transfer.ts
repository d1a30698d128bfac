import { address } from '@solana/kit';
import type { LandedTransaction } from '../../../chain/index.ts';
import { tokenAccountOf } from '../../../wallet/index.ts';

/** What a transfer that somebody else has sent must be, for us to count it as paid to us. */
export interface TransferRule {
  readonly asset: string;
  readonly tokenProgram: string;
  /** Owner addresses, not token accounts. */
  readonly payTo: string;
  readonly payer: string;
  /** Exactly; atomic units. */
  readonly amount: bigint;
  /** Null: any, or none. */
  readonly memo: string | null;
  readonly maxAgeMs: number;
}

/** ag402 verifies too little (its reference, sections 5 and 11): each of these is a way to be paid with nothing. */
export type TransferProblem =
  | 'transaction_failed'
  | 'transaction_too_old'
  | 'recipient_mismatch'
  | 'amount_mismatch'
  | 'payer_mismatch'
  | 'memo_mismatch';

/** A block's time may be that much ahead of our clock. */
const clockSkewMs = 60_000;

/** Null: it holds. Pure; whether it was used before is for the books to say. */
export function transferBreaks(landed: LandedTransaction, rule: TransferRule, now: number): TransferProblem | null {
  const { asset, tokenProgram, payTo, payer, amount, memo, maxAgeMs } = rule;
  if (landed.error !== null) return 'transaction_failed';
  const at = landed.blockTime === null ? Number.NEGATIVE_INFINITY : landed.blockTime * 1000;
  if (now - at > maxAgeMs || at - now > clockSkewMs) return 'transaction_too_old';
  const deltas = landed.tokenDeltas.filter(({ mint }) => mint === asset);
  const account = tokenAccountOf(address(payTo), address(tokenProgram), address(asset));
  const received = deltas.find((one) => one.account === account);
  if (received === undefined || received.delta <= 0n) return 'recipient_mismatch';
  if (received.delta !== amount) return 'amount_mismatch';
  // All of it from the one who says that he paid, whichever of his accounts it lay in.
  const paid = deltas.filter(({ owner, delta }) => owner === payer && delta < 0n);
  if (paid.reduce((sum, { delta }) => sum - delta, 0n) < amount) return 'payer_mismatch';
  if (memo !== null && (landed.memos.length !== 1 || landed.memos[0] !== memo)) return 'memo_mismatch';
  return null;
}
