import { hash } from 'node:crypto';
import {
  type Address,
  type CompiledTransactionMessage,
  getCompiledTransactionMessageEncoder,
} from './solana-codecs.ts';
import { readMessage } from './wire-message.ts';

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
  const message = readMessage(messageBytes);
  if (message === null || message.signers !== count) return null;
  const { accounts, usesLookupTables } = message;
  const at = (index: number): Address | null => accounts[index] ?? null;
  const instructions: WireInstruction[] = [];
  for (const { program: place, accounts: places, data } of message.instructions) {
    const program = at(place);
    const named = places.map(at).filter((address) => address !== null);
    if (program === null || (named.length < places.length && !usesLookupTables)) return null;
    instructions.push({ program, accounts: named, data });
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

/** The same with every signature's slot zero. */
export function withoutSignatures(wire: Uint8Array): Uint8Array {
  return encodeTransaction(messageOf(wire), Array<null>(wire[0] ?? 0).fill(null));
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
  return hash('sha256', messageBytes, 'hex');
}
