import { createHmac, hash, type KeyObject } from 'node:crypto';
import type { CreditRecord } from '../ports.ts';
import { printPythonTime, readPythonTime } from './python-time.ts';
import { sameText } from './same-text.ts';

/** ag402's credential (its reference, section 6): exactly these seven fields, in this order, as JSON text. */
export interface Ag402Credential {
  readonly buyer_address: string;
  readonly package_id: string;
  /** What the buyer believes; the seller counts for himself and only wants it above zero. */
  readonly remaining_calls: number;
  readonly expires_at: string;
  readonly signature: string;
  readonly seller_address: string;
  readonly created_at: string;
}

/** Its verifier's own words, in the order in which it looks. */
export type Ag402Problem =
  | 'malformed_credential'
  | 'seller_address_mismatch'
  | 'credential_expired'
  | 'no_remaining_calls'
  | 'invalid_signature';

const fields: readonly (keyof Ag402Credential)[] = [
  'buyer_address',
  'package_id',
  'remaining_calls',
  'expires_at',
  'signature',
  'seller_address',
  'created_at',
];

/** 64 hex digits over buyer, package and expiry; neither the seller nor the number of calls is under it. */
export function signAg402(key: KeyObject, buyer: string, packageId: string, printedExpiry: string): string {
  return createHmac('sha256', key).update(`${buyer}|${packageId}|${printedExpiry}`).digest('hex');
}

/** What its server counts a credential under. */
export function ag402CreditId(credential: Pick<Ag402Credential, 'buyer_address' | 'package_id' | 'signature'>): string {
  return hash('sha256', `${credential.buyer_address}|${credential.package_id}|${credential.signature}`, 'hex');
}

/** Made anew from the books it is the same to the letter, as its buyers expect of a recovered one. */
export function spellAg402(
  key: KeyObject,
  seller: string,
  credit: Pick<CreditRecord, 'buyer' | 'package' | 'calls' | 'issuedAt' | 'expiresAt'>,
): Ag402Credential {
  const expires = printPythonTime(credit.expiresAt);
  return {
    buyer_address: credit.buyer,
    package_id: credit.package,
    remaining_calls: credit.calls,
    expires_at: expires,
    signature: signAg402(key, credit.buyer, credit.package, expires),
    seller_address: seller,
    created_at: printPythonTime(credit.issuedAt),
  };
}

/** Null for anything but the seven fields. The signature may be anything yet: that is another complaint. */
export function parseAg402(header: string): (Omit<Ag402Credential, 'signature'> & { signature: unknown }) | null {
  let value: unknown;
  try {
    value = JSON.parse(header);
  } catch {
    return null; // Text from outside that is no JSON; why does not matter.
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const entries = new Map<string, unknown>(Object.entries(value));
  if (entries.size !== fields.length || !fields.every((field) => entries.has(field))) return null;
  const [buyer_address, package_id, remaining_calls, expires_at, signature, seller_address, created_at] = fields.map(
    (field) => entries.get(field),
  );
  if (typeof buyer_address !== 'string' || typeof package_id !== 'string' || typeof expires_at !== 'string')
    return null;
  if (typeof seller_address !== 'string' || typeof created_at !== 'string') return null;
  if (typeof remaining_calls !== 'number' || !Number.isInteger(remaining_calls)) return null;
  return { buyer_address, package_id, remaining_calls, expires_at, signature, seller_address, created_at };
}

/** Its verifier, in its order. Never throws. */
export function verifyAg402(
  header: string,
  rule: { readonly key: KeyObject; readonly seller: string; readonly now: number },
):
  | { readonly kind: 'valid'; readonly credential: Ag402Credential }
  | { readonly kind: 'refused'; readonly code: Ag402Problem } {
  const refused = (code: Ag402Problem) => ({ kind: 'refused', code }) as const;
  const parsed = parseAg402(header);
  const expires = parsed === null ? null : readPythonTime(parsed.expires_at);
  if (parsed === null || expires === null) return refused('malformed_credential');
  if (parsed.seller_address !== rule.seller) return refused('seller_address_mismatch');
  if (expires.at <= rule.now) return refused('credential_expired');
  if (parsed.remaining_calls <= 0) return refused('no_remaining_calls');
  const { signature } = parsed;
  const wanted = signAg402(rule.key, parsed.buyer_address, parsed.package_id, expires.printed);
  if (typeof signature !== 'string' || !sameText(signature, wanted)) return refused('invalid_signature');
  return { kind: 'valid', credential: { ...parsed, signature } };
}
