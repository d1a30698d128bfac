import { createPublicKey, hash, verify } from 'node:crypto';
import { WireReader } from './wire-reader.ts';

/** Solana's packet limit for a whole transaction. */
export const maxWireBytes = 1232;

export interface WireInstruction {
  readonly program: number;
  readonly accounts: readonly number[];
  readonly data: Uint8Array;
}

export interface WireMessage {
  readonly bytes: Uint8Array;
  /** SHA-256 of `bytes`: what makes two transactions the same one, whatever their signatures. */
  readonly hash: Uint8Array;
  readonly version: 'legacy' | 0;
  readonly header: { readonly signers: number; readonly readonlySigners: number; readonly readonlyOthers: number };
  readonly accounts: readonly Uint8Array[];
  readonly blockhash: Uint8Array;
  readonly instructions: readonly WireInstruction[];
}

export interface WireTransaction {
  readonly bytes: Uint8Array;
  readonly signatures: readonly Uint8Array[];
  readonly message: WireMessage;
}

/**
 * Strictly decodes a legacy or version 0 transaction; a string says what is wrong with it.
 * Threat: the virtual machine aborts the whole process on bytes that it cannot deserialize, so nothing that has not come
 * through here may reach it.
 */
export function decodeTransaction(bytes: Uint8Array): WireTransaction | string {
  if (bytes.length > maxWireBytes) return `it has ${bytes.length} bytes, more than ${maxWireBytes}`;
  const reader = new WireReader(bytes);
  const signatures = reader.list((r) => r.bytes(64));
  const message = reader.failed ? 'it breaks off within its signatures' : decodeMessage(reader.rest());
  if (typeof message === 'string') return message;
  if (signatures.length !== message.header.signers) {
    return `it has ${signatures.length} signatures where ${message.header.signers} are required`;
  }
  return { bytes, signatures, message };
}

export function decodeMessage(bytes: Uint8Array): WireMessage | string {
  const reader = new WireReader(bytes);
  let first = reader.byte();
  const version = first < 0x80 ? 'legacy' : first & 0x7f;
  if (version !== 'legacy' && version !== 0) return `version ${version} is not supported`;
  if (version === 0) first = reader.byte();
  const header = { signers: first, readonlySigners: reader.byte(), readonlyOthers: reader.byte() };
  const accounts = reader.list((r) => r.bytes(32));
  const blockhash = reader.bytes(32);
  const instructions = reader.list((r) => ({
    program: r.byte(),
    accounts: r.list((indexes) => indexes.byte()),
    data: r.blob(),
  }));
  const lookups = version === 0 ? reader.compactLength() : 0;
  if (reader.failed) return 'it breaks off within its message';
  if (lookups > 0) return 'address lookup tables are not supported here';
  if (!reader.atEnd) return 'bytes follow its message';
  if (header.signers === 0 || header.readonlySigners >= header.signers) return 'no account pays for it';
  if (header.signers + header.readonlyOthers > accounts.length) return 'its header counts more accounts than it has';
  for (const { program, accounts: used } of instructions) {
    if (program === 0 || program >= accounts.length || used.some((index) => index >= accounts.length)) {
      return 'an instruction names an account that is not there';
    }
  }
  return { bytes, hash: hash('sha256', bytes, 'buffer'), version, header, accounts, blockhash, instructions };
}

export function isWritable({ header, accounts }: WireMessage, index: number): boolean {
  return index < header.signers
    ? index < header.signers - header.readonlySigners
    : index < accounts.length - header.readonlyOthers;
}

/** True when every required signature is there and is its signer's over the message. */
export function isFullySigned({ message, signatures }: WireTransaction): boolean {
  return signatures.every((signature, index) => {
    const signer = message.accounts[index];
    return signer !== undefined && verify(null, message.bytes, ed25519Key(signer), signature);
  });
}

// DER head of an Ed25519 SubjectPublicKeyInfo (RFC 8410); the 32 raw bytes follow.
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex');

function ed25519Key(raw: Uint8Array) {
  return createPublicKey({ key: Buffer.concat([spkiHead, raw]), format: 'der', type: 'spki' });
}
