import { createHash } from 'node:crypto';
import {
  type Address,
  type CompiledTransactionMessage,
  getCompiledTransactionMessageDecoder,
  getCompiledTransactionMessageEncoder,
} from './solana-codecs.ts';

/** Solana's limit for a whole transaction. */
export const maxWireBytes = 1232;
const signatureBytes = 64;

/** A transaction whose bytes are the only encoding of what they say. */
export interface WireTransaction {
  readonly messageBytes: Uint8Array;
  /** Hex SHA-256 of `messageBytes`: the payment's identity, whatever its signatures. */
  readonly messageHash: string;
  /** One slot per required signer, in order; a slot that is not signed yet is all zero. */
  readonly signatures: readonly Uint8Array[];
  /** Addresses of the required signers; the fee payer is the first. */
  readonly signers: readonly Address[];
  readonly instructions: readonly WireInstruction[];
  /** Accounts that lookup tables would add are unknown here: a transaction with tables must be refused. */
  readonly usesLookupTables: boolean;
}

export interface WireInstruction {
  readonly program: Address;
  readonly accounts: readonly Address[];
  readonly data: Uint8Array;
}

/** Reads a legacy or version 0 transaction. Null for anything else, trailing bytes and longer-than-needed lengths included. */
export function decodeTransaction(wire: Uint8Array): WireTransaction | null {
  const count = wire[0] ?? 0;
  const messageStart = 1 + count * signatureBytes;
  if (count === 0 || wire.length > maxWireBytes || wire.length <= messageStart) return null;
  const messageBytes = wire.slice(messageStart);
  const message = decodeMessage(messageBytes);
  if (message === null || message.header.numSignerAccounts !== count) return null;
  const accounts = message.staticAccounts;
  const at = (index: number): Address | null => accounts[index] ?? null;
  const usesLookupTables = lookupTables(message) > 0;
  const instructions: WireInstruction[] = [];
  for (const { programAddressIndex, accountIndices = [], data } of message.instructions) {
    const program = at(programAddressIndex);
    const named = accountIndices.map(at).filter((address) => address !== null);
    if (program === null || (named.length < accountIndices.length && !usesLookupTables)) return null;
    instructions.push({ program, accounts: named, data: Uint8Array.from(data ?? []) });
  }
  return {
    messageBytes,
    messageHash: hashMessage(messageBytes),
    signatures: Array.from({ length: count }, (_, i) =>
      wire.slice(1 + i * signatureBytes, 1 + (i + 1) * signatureBytes),
    ),
    signers: accounts.slice(0, count),
    instructions,
    usesLookupTables,
  };
}

/** What kit calls a compiled message, with its blockhash; version 1 is not spoken on any network we pay on. */
type Message = Exclude<CompiledTransactionMessage, { version: 1 }> & { readonly lifetimeToken: string };

/** One slot per signer, in order; null leaves the slot zero, for somebody else to sign. */
export function encodeTransaction(message: Uint8Array, signatures: readonly (Uint8Array | null)[]): Uint8Array {
  const wire = new Uint8Array(1 + signatures.length * signatureBytes + message.length);
  wire[0] = signatures.length;
  signatures.forEach((signature, index) => {
    if (signature !== null) wire.set(signature, 1 + index * signatureBytes);
  });
  wire.set(message, 1 + signatures.length * signatureBytes);
  return wire;
}

/** The message bytes of a wire that `decodeTransaction` has read. */
export function messageOf(wire: Uint8Array): Uint8Array {
  return wire.slice(1 + (wire[0] ?? 0) * signatureBytes);
}

export function withFeePayerSignature(wire: Uint8Array, signature: Uint8Array): Uint8Array {
  const signed = Uint8Array.from(wire);
  signed.set(signature, 1);
  return signed;
}

export function encodeMessage(message: Message): Uint8Array {
  return Uint8Array.from(getCompiledTransactionMessageEncoder().encode(message));
}

export function hashMessage(messageBytes: Uint8Array): string {
  return createHash('sha256').update(messageBytes).digest('hex');
}

function decodeMessage(bytes: Uint8Array): Message | null {
  let message: ReturnType<ReturnType<typeof getCompiledTransactionMessageDecoder>['decode']>;
  try {
    message = getCompiledTransactionMessageDecoder().decode(bytes);
  } catch {
    return null; // Whatever kit cannot read is no transaction; why not does not matter.
  }
  if (message.version === 1) return null;
  const canonical = lookupTables(message) > 0 || canonicalLength(message) === bytes.length;
  return canonical ? message : null;
}

function lookupTables(message: Message): number {
  return 'addressTableLookups' in message ? (message.addressTableLookups?.length ?? 0) : 0;
}

/**
 * How long this message is when written as Solana's `short_vec` asks: with the fewest length bytes. Everything else has
 * a fixed width, so equal length means equal bytes; writing it again to compare would double the cost of a check.
 */
function canonicalLength(message: Message): number {
  const prefix = message.version === 'legacy' ? 3 : 4;
  const lookups = message.version === 'legacy' ? 0 : 1;
  const accounts = shortVec(message.staticAccounts.length) + 32 * message.staticAccounts.length;
  const instructions = message.instructions.reduce((total, { accountIndices = [], data }) => {
    const dataLength = data?.length ?? 0;
    return total + 1 + shortVec(accountIndices.length) + accountIndices.length + shortVec(dataLength) + dataLength;
  }, shortVec(message.instructions.length));
  return prefix + accounts + 32 + instructions + lookups;
}

function shortVec(length: number): number {
  return length < 0x80 ? 1 : length < 0x4000 ? 2 : 3;
}
