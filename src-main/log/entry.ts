import { hash as digest } from 'node:crypto';
import { z } from 'zod';
import { invariant } from '../base/assert.ts';
import { canonical, canonicalInteger, canonicalText, type LogData, maxTextLength } from './canonical.ts';

/** Everything that is ever on record; append only, for old logs must still verify. */
export const logKinds = [
  'opened',
  'decision',
  'order',
  'approval',
  'policy',
  'law',
  'pause',
  'breaker',
  'owner',
  'books',
  'export',
  'agent',
  'trust',
  'shop',
  'settings',
  'refund',
] as const;

export type LogKind = (typeof logKinds)[number];

/** What a room wants on record. Never a secret and never a body. */
export interface LogDraft {
  readonly kind: LogKind;
  readonly agent: string | null;
  /** What it is about: an order's id, an approval's id, a policy's key. */
  readonly subject: string | null;
  readonly data: LogData;
}

/** Where a log stands: how many entries it has, and the hex SHA-256 of the last one's body. */
export interface Head {
  readonly count: number;
  readonly hash: string;
}

/** A head with the time of its last entry, in ms since the epoch. */
export interface DatedHead extends Head {
  readonly at: number;
}

export const emptyHead: DatedHead = { count: 0, hash: '0'.repeat(64), at: 0 };

/** An entry as it is kept: `body` is what is hashed, byte for byte. The first has seq 1. */
export interface SealedEntry {
  readonly seq: number;
  readonly at: number;
  readonly body: string;
  readonly hash: string;
}

/** An entry as it is read. `prev` is the hash of the one before it. */
export interface Entry extends LogDraft {
  readonly seq: number;
  readonly at: number;
  readonly prev: string;
  readonly hash: string;
}

export const maxBodyLength = 65_536;
const hexHash = z.string().regex(/^[0-9a-f]{64}$/);
const time = z.int().min(0);
const name = z.string().max(maxTextLength).nullable();

const entryBody = z.strictObject({
  agent: name,
  at: time,
  // What is in it was judged by `canonical` when the entry was made, and is again when it is verified.
  data: z.custom<LogData>((data) => typeof data === 'object' && data !== null && !Array.isArray(data)),
  kind: z.enum(logKinds),
  prev: hexHash,
  seq: z.int().min(1),
  subject: name,
  v: z.literal(1),
});

/**
 * Chains a draft to the log that ends at `head`. Throws `internal` for what the log does not take (see `canonical`): an
 * action that cannot be put on record does not happen.
 */
export function sealEntry({ agent, data, kind, subject }: LogDraft, at: number, head: Head): SealedEntry {
  const seq = head.count + 1;
  // The members in canonical order, written out: this runs for every payment.
  const body =
    `{"agent":${textOrNull(agent)},"at":${canonicalInteger(at)},"data":${canonical(data)},"kind":"${kind}"` +
    `,"prev":"${head.hash}","seq":${canonicalInteger(seq)},"subject":${textOrNull(subject)},"v":1}`;
  invariant(body.length <= maxBodyLength, `an entry of ${body.length} characters is too long for the log`);
  return { seq, at, body, hash: hashBody(body) };
}

export function hashBody(body: string): string {
  return digest('sha256', body);
}

/** The entry that `body` says. Throws for a body that is none. */
export function openEntry(body: string, hash: string): Entry {
  const { v: _, ...entry } = entryBody.parse(JSON.parse(body));
  return { ...entry, hash };
}

/** As `openEntry`, but null, and also for a body that is written in any other way than `sealEntry` writes it. */
export function openCanonicalEntry(body: string, hash: string): Entry | null {
  if (body.length > maxBodyLength) return null;
  try {
    return canonical(JSON.parse(body)) === body ? openEntry(body, hash) : null;
  } catch {
    return null; // Which rule it breaks does not matter: nobody but Groat should have written here.
  }
}

function textOrNull(text: string | null): string {
  return text === null ? 'null' : canonicalText(text);
}
