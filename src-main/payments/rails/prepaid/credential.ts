import { createHash } from 'node:crypto';
import { z } from 'zod';
import { json } from './packages.ts';
import type { Purchase } from './ports.ts';

/** A credential as it may be used: never more than what was paid for. */
export interface Credential {
  readonly id: string;
  /** Value of `X-Prepaid-Credential`. */
  readonly header: string;
  readonly calls: number;
  readonly expiresAt: number;
  /** In what it is less than what was offered; null where it is not. */
  readonly short: string | null;
}

export type ReadCredential =
  | { readonly kind: 'credential'; readonly credential: Credential }
  /** `why` reads on from "the seller’s answer". */
  | { readonly kind: 'unusable'; readonly why: string };

const text = z.string().min(1).max(256);

/** Exactly these keys: that system refuses one more or less (ag402 reference, section 6). */
const ag402 = z.strictObject({
  buyer_address: text,
  package_id: text,
  remaining_calls: z.number().int(),
  expires_at: z.iso.datetime({ offset: true, local: true }),
  signature: z.string().regex(/^[0-9a-f]{64}$/),
  seller_address: text,
  created_at: text,
});

const seconds = z.number().int().min(0).max(4_102_444_800);
/** What our own form holds; its MAC is the seller's to check. */
const groat = z.object({
  v: z.literal(1),
  id: z.string().regex(/^[0-9a-f]{32}$/),
  seller: text,
  shop: text,
  buyer: text,
  package: text,
  calls: z.number().int(),
  created: seconds,
  expires: seconds,
});
const groatHeader = /^groat1\.([A-Za-z0-9_-]{1,3000})\.[A-Za-z0-9_-]{43}$/;

const answer = z.object({ credential: z.unknown() });

const dayMs = 86_400_000;
/** The seller's clock, and how long the payment took to be seen. */
const slackMs = 60 * 60_000;
const mostHeaderBytes = 4096;

/** Reads what a seller gives for a package, at `now`; what it says of itself is compared with what was paid for. */
export function readCredential(body: string, paid: Purchase, buyer: string, now: number): ReadCredential {
  const given = answer.safeParse(json(body)).data?.credential;
  const told = paid.form === 'groat' ? readGroat(given) : readAg402(given);
  if (told === null) return { kind: 'unusable', why: 'holds no credential of the form that was bought' };
  const { header, calls, expiresAt } = told;
  if (told.buyer !== buyer) return { kind: 'unusable', why: 'holds a credential of another buyer' };
  if (told.seller !== paid.seller) return { kind: 'unusable', why: 'holds a credential of another seller' };
  if (told.package !== paid.package) return { kind: 'unusable', why: 'holds a credential of another package' };
  if (calls < 1 || expiresAt <= now) return { kind: 'unusable', why: 'holds a credential that is worth nothing' };
  if (!/^[\x20-\x7e]+$/.test(header) || header.length > mostHeaderBytes)
    return { kind: 'unusable', why: 'holds a credential that fits into no header' };
  const wholeMs = paid.days * dayMs;
  const short = [
    ...(calls < paid.calls ? [`${calls} calls instead of ${paid.calls}`] : []),
    ...(expiresAt < now + wholeMs - dayMs ? [`it ends before ${paid.days} days are over`] : []),
  ].join(', ');
  return {
    kind: 'credential',
    credential: {
      id: `pre_${createHash('sha256')
        .update(JSON.stringify([paid.origin, header]))
        .digest('hex')
        .slice(0, 24)}`,
      header,
      calls: Math.min(calls, paid.calls),
      expiresAt: Math.min(expiresAt, now + wholeMs + slackMs),
      short: short === '' ? null : short,
    },
  };
}

interface Told extends Pick<Credential, 'header' | 'calls' | 'expiresAt'> {
  readonly buyer: string;
  readonly seller: string;
  readonly package: string;
}

function readAg402(given: unknown): Told | null {
  const found = ag402.safeParse(given).data;
  if (found === undefined) return null;
  // A time without a zone is UTC there.
  const zoned = /(Z|[+-]\d\d:?\d\d)$/.test(found.expires_at) ? found.expires_at : `${found.expires_at}Z`;
  return {
    header: JSON.stringify(found),
    buyer: found.buyer_address,
    seller: found.seller_address,
    package: found.package_id,
    calls: found.remaining_calls,
    expiresAt: Date.parse(zoned),
  };
}

function readGroat(given: unknown): Told | null {
  const [header, payload] = typeof given === 'string' ? (groatHeader.exec(given) ?? []) : [];
  if (header === undefined || payload === undefined) return null;
  const found = groat.safeParse(json(Buffer.from(payload, 'base64url').toString('utf8'))).data;
  if (found === undefined) return null;
  const { buyer, seller, calls, expires } = found;
  return { header, buyer, seller, package: found.package, calls, expiresAt: expires * 1000 };
}
