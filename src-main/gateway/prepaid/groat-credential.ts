import { createHmac, hash, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { CreditRecord } from '../ports.ts';
import { sameText } from './same-text.ts';

/**
 * What a credential of our own form says. The MAC covers all of it, and its key is the shop's: it is worth nothing to another
 * seller, at another shop, or with another number of calls. Times are unix seconds.
 */
const groatCredentialSchema = z.strictObject({
  v: z.literal(1),
  id: z.string().regex(/^[0-9a-f]{32}$/),
  /** The address that was paid. */
  seller: z.string().max(64),
  shop: z.string().max(64),
  buyer: z.string().max(128),
  package: z.string().max(64),
  calls: z.int().min(1),
  created: z.int().min(0),
  expires: z.int().min(0),
});
export type GroatCredential = z.infer<typeof groatCredentialSchema>;

const form = /^(groat1\.[A-Za-z0-9_-]{1,4000})\.([A-Za-z0-9_-]{43})$/;

const macOf = (key: KeyObject, text: string): string => createHmac('sha256', key).update(text).digest('base64url');

/** The id of the credit that a transaction bought. */
export const groatCreditId = (signature: string): string => hash('sha256', signature, 'hex').slice(0, 32);

/** `groat1.<base64url of the fields as JSON>.<base64url HMAC-SHA256 over all before it>`; the same at every call. */
export function spellGroat(
  key: KeyObject,
  seller: string,
  credit: Pick<CreditRecord, 'id' | 'shop' | 'buyer' | 'package' | 'calls' | 'issuedAt' | 'expiresAt'>,
): string {
  const fields: GroatCredential = {
    v: 1,
    id: credit.id,
    seller,
    shop: credit.shop,
    buyer: credit.buyer,
    package: credit.package,
    calls: credit.calls,
    created: Math.floor(credit.issuedAt / 1000),
    expires: Math.floor(credit.expiresAt / 1000),
  };
  const text = `groat1.${Buffer.from(JSON.stringify(fields)).toString('base64url')}`;
  return `${text}.${macOf(key, text)}`;
}

/** The MAC is looked at before anything that it covers. Never throws. */
export function openGroat(
  key: KeyObject,
  header: string,
): GroatCredential | 'malformed_credential' | 'invalid_signature' {
  const match = form.exec(header);
  const [, text, mac] = match ?? [];
  if (text === undefined || mac === undefined) return 'malformed_credential';
  if (!sameText(mac, macOf(key, text))) return 'invalid_signature';
  try {
    const payload = Buffer.from(text.slice('groat1.'.length), 'base64url').toString();
    return groatCredentialSchema.parse(JSON.parse(payload));
  } catch {
    return 'malformed_credential'; // Our MAC over what we never wrote: of another version.
  }
}
