import { type NetworkName, networkNames } from '../../../src-shared/model/index.ts';
import { type KeyRole, keyRoles } from '../keys/key-role.ts';
import { isSealingKey, type SealingKey } from '../keys/sealing-key.ts';
import type {
  Cosigned,
  LogHeadFacts,
  PaymentFacts,
  SentTransfer,
  SettlementRequirement,
  SignedTransfer,
  WalletFace,
} from './signer.ts';
import { maxWireBytes } from './wire-transaction.ts';

/** A key as it lies sealed. */
export interface SealedBlob {
  readonly role: KeyRole;
  readonly address: string;
  readonly sealed: string;
}

/** What the signer's thread can be asked: all of it. `key` is the sealing key, moved into the thread, not copied. */
export type Task =
  | { readonly op: 'generate'; readonly network: NetworkName; readonly key: SealingKey }
  | {
      readonly op: 'open';
      readonly network: NetworkName;
      readonly key: SealingKey;
      readonly blobs: readonly SealedBlob[];
    }
  | { readonly op: 'sign-payment'; readonly facts: PaymentFacts }
  | { readonly op: 'sign-own-transfer'; readonly from: 'spender' | 'till'; readonly facts: PaymentFacts }
  | { readonly op: 'sign-log-head'; readonly facts: LogHeadFacts }
  | { readonly op: 'export-spender' }
  | { readonly op: 'cosign-settlement'; readonly wire: Uint8Array; readonly requirement: SettlementRequirement };

/** What comes out of it: public values, and only in `exported` a key. */
export type Outcome =
  | ({ readonly kind: 'generated'; readonly blobs: readonly SealedBlob[] } & WalletFace)
  | ({ readonly kind: 'opened' } & WalletFace)
  /** The sealing key does not open this role's key, or the sealed key is missing or altered. */
  | { readonly kind: 'sealed'; readonly role: KeyRole }
  | { readonly kind: 'signed'; readonly transfer: SignedTransfer }
  | { readonly kind: 'signed-to-send'; readonly transfer: SentTransfer }
  | { readonly kind: 'head-signed'; readonly signature: string }
  /** 64 bytes, moved out of the thread, not copied. */
  | { readonly kind: 'exported'; readonly keypair: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'settlement'; readonly cosigned: Cosigned }
  | { readonly kind: 'refused'; readonly rule: string };

export interface Request {
  readonly id: number;
  readonly task: Task;
}

export interface Reply {
  readonly id: number;
  readonly outcome: Outcome;
}

/** A task as it arrives in the thread. Facts to be signed pass as they came: compiling them checks every one. */
export type ParsedTask =
  | Exclude<Task, { op: 'sign-payment' | 'sign-own-transfer' | 'sign-log-head' }>
  | { readonly op: 'sign-payment'; readonly facts: unknown }
  | { readonly op: 'sign-own-transfer'; readonly from: 'spender' | 'till'; readonly facts: unknown }
  | { readonly op: 'sign-log-head'; readonly facts: unknown };

/** Null for whatever is not a task. By hand: zod would cost the thread 7 MB. */
export function parseTask(input: unknown): ParsedTask | null {
  const op = field(input, 'op');
  if (op === 'sign-payment' || op === 'sign-log-head') return { op, facts: field(input, 'facts') };
  if (op === 'sign-own-transfer') {
    const from = field(input, 'from');
    return from === 'spender' || from === 'till' ? { op, from, facts: field(input, 'facts') } : null;
  }
  if (op === 'export-spender') return { op };
  if (op === 'cosign-settlement') {
    const wire = field(input, 'wire');
    const requirement = parseRequirement(field(input, 'requirement'));
    if (!(wire instanceof Uint8Array) || wire.length > maxWireBytes || requirement === null) return null;
    // Shared memory passes a port uncopied, and could change between the check and the signature.
    return { op, wire: Uint8Array.from(wire), requirement };
  }
  const network = networkNames.find((name) => name === field(input, 'network'));
  const key = field(input, 'key');
  if (network === undefined || !isSealingKey(key)) return null;
  if (op === 'generate') return { op, network, key };
  const blobs = field(input, 'blobs');
  return op === 'open' && Array.isArray(blobs) && blobs.every(isBlob) ? { op, network, key, blobs } : null;
}

/** An own data field of whatever this is. */
export function field(input: unknown, name: string): unknown {
  return typeof input === 'object' && input !== null ? Object.getOwnPropertyDescriptor(input, name)?.value : undefined;
}

function isBlob(input: unknown): input is SealedBlob {
  const known = keyRoles.some((role) => role === field(input, 'role'));
  return known && typeof field(input, 'address') === 'string' && typeof field(input, 'sealed') === 'string';
}

function parseRequirement(input: unknown): SettlementRequirement | null {
  const amount = field(input, 'amount');
  const [asset, payTo, feePayer, memo] = ['asset', 'payTo', 'feePayer', 'memo'].map((name) => field(input, name));
  if (typeof amount !== 'bigint' || (memo !== null && typeof memo !== 'string')) return null;
  if (typeof asset !== 'string' || typeof payTo !== 'string' || typeof feePayer !== 'string') return null;
  return { amount, asset, payTo, feePayer, memo };
}
