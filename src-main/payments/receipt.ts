import { createHash, timingSafeEqual } from 'node:crypto';
import type { Random } from '../base/random.ts';

/**
 * Stands for one paid request, so that its buyer can ask again when the answer was lost. The secret never was on the chain,
 * where everybody can read a settled payment.
 */
export const receiptHeader = 'Payment-Receipt';

export interface NewReceipt {
  /** The header's value. */
  readonly text: string;
  /** Hex SHA-256 of the secret: all that is kept of it. */
  readonly hash: string;
}

/** Of the transfer: the same money is the same sale, whoever asks. */
export const saleOf = (messageHash: string): string => `sale_${messageHash.slice(0, 24)}`;

export function newReceipt(sale: string, random: Random): NewReceipt {
  const secret = Buffer.from(random(32)).toString('base64url');
  return { text: `${sale}.${secret}`, hash: hashOf(secret) };
}

/** Null: it is no receipt of ours. */
export function parseReceipt(value: string): { readonly sale: string; readonly hash: string } | null {
  const [, sale, secret] = /^(sale_[0-9a-f]{24})\.([A-Za-z0-9_-]{43})$/.exec(value) ?? [];
  return sale === undefined || secret === undefined ? null : { sale, hash: hashOf(secret) };
}

export function isSameHash(a: string, b: string | null): boolean {
  return b !== null && a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
