import { createPublicKey, verify } from 'node:crypto';
import { getBase58Encoder } from '@solana/codecs-strings';
import { z } from 'zod';
import { canonical } from './canonical.ts';
import type { DatedHead } from './entry.ts';

/** A head that the log key vouches for. `key` (32 bytes) and `signature` (64 bytes) are base58. */
export interface SignedHead extends DatedHead {
  readonly network: string;
  readonly key: string;
  readonly signature: string;
}

/** Whose log it is: our own network and log key, never what a file says of itself. */
export interface LogOwner {
  readonly network: string;
  readonly key: string;
}

export type HeadFacts = Omit<SignedHead, 'key' | 'signature'>;

const base58 = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{32,90}$/);

const headLineShape = z.strictObject({
  head: z.strictObject({
    at: z.int().min(0),
    count: z.int().min(0),
    hash: z.string().regex(/^[0-9a-f]{64}$/),
    network: z.string().min(1).max(40),
  }),
  key: base58,
  signature: base58,
  v: z.literal(1),
});

// RFC 8410: a raw Ed25519 key is the tail of a fixed DER prefix.
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** What the log key signs. Its first words keep it from ever being taken for anything else. */
export function headMessage({ at, count, hash, network }: HeadFacts): string {
  return canonical({ at, count, groat: 'log head v1', hash, network });
}

/** A signed head as one line of text: the last line of an export, and what is kept outside the database. */
export function headLine({ at, count, hash, key, network, signature }: SignedHead): string {
  return canonical({ head: { at, count, hash, network }, key, signature, v: 1 });
}

/** Null for whatever `headLine` did not write. Says nothing about the signature. */
export function parseHeadLine(line: string): SignedHead | null {
  try {
    const { head, key, signature } = headLineShape.parse(JSON.parse(line));
    const parsed = { ...head, key, signature };
    return headLine(parsed) === line ? parsed : null;
  } catch {
    return null; // Text from outside that is no head; why does not matter.
  }
}

/** Null when the owner's key signed this head for the owner's network; otherwise what is wrong with it. */
export function headProblem(head: SignedHead, owner: LogOwner): string | null {
  if (head.key !== owner.key) return 'it is signed with another key than this wallet’s log key';
  if (head.network !== owner.network) return `it belongs to the network ${head.network}, not ${owner.network}`;
  return isSigned(head) ? null : 'its signature is not valid';
}

function isSigned(head: SignedHead): boolean {
  try {
    const raw = Buffer.from(getBase58Encoder().encode(head.key));
    const signature = Buffer.from(getBase58Encoder().encode(head.signature));
    const key = createPublicKey({ key: Buffer.concat([spkiPrefix, raw]), format: 'der', type: 'spki' });
    return raw.length === 32 && verify(null, Buffer.from(headMessage(head)), key, signature);
  } catch {
    return false; // A key or signature of another shape signs nothing.
  }
}
