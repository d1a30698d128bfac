import { createPublicKey, hash, verify } from 'node:crypto';
import { getBase58Encoder } from '@solana/codecs-strings';
import type { CreditRecord } from '../ports.ts';
import { sameText } from './same-text.ts';

/** What a purchase may show to be given a credential that was made before. */
export interface RecoveryProof {
  /** 64 hex digits, whose hash was the memo of the payment; null: none. */
  readonly secret: string | null;
  /** Base58 Ed25519 by the buyer's key over `recoveryMessage`; null: none. */
  readonly signature: string | null;
}

/** A transaction is public: what it bought is handed out without a proof for so long only, and in ag402's form only. */
const graceMs = 120_000;

export const recoveryMessage = (seller: string, signature: string): string =>
  `groat prepaid recover\n${seller}\n${signature}`;

/** What the memo of a payment carries of the buyer's secret. */
export const secretHashOf = (secret: string): string => hash('sha256', secret, 'hex');

export function mayRecover(credit: CreditRecord, seller: string, proof: RecoveryProof, now: number): boolean {
  const { secret, signature } = proof;
  if (credit.form === 'ag402' && now >= credit.issuedAt && now - credit.issuedAt <= graceMs) return true;
  if (secret !== null && credit.secretHash !== null && sameText(secretHashOf(secret), credit.secretHash)) return true;
  return signature !== null && signedBy(credit.buyer, recoveryMessage(seller, credit.signature), signature);
}

// RFC 8410: a raw Ed25519 key is the tail of a fixed DER prefix.
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

function signedBy(address: string, message: string, signature: string): boolean {
  try {
    const raw = Buffer.from(getBase58Encoder().encode(address));
    const key = createPublicKey({ key: Buffer.concat([spkiPrefix, raw]), format: 'der', type: 'spki' });
    const bytes = Buffer.from(getBase58Encoder().encode(signature));
    return raw.length === 32 && bytes.length === 64 && verify(null, Buffer.from(message), key, bytes);
  } catch {
    return false; // No address, or no base58: then nobody signed with it.
  }
}
