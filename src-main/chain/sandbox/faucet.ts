import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { Random } from '../../base/random.ts';
import type { Bank } from './bank.ts';
import { toBase58 } from './base58.ts';
import { systemPrograms } from './programs.ts';
import { RpcError, rpcCodes } from './rpc-error.ts';
import { describeTransactionError } from './transaction-error.ts';
import { decodeTransaction } from './wire-transaction.ts';

/**
 * Gives away play money by real transactions, which land as everyone's do. Its key is the mint authority. Answers are
 * signatures in base58. Throws `RpcError` when a transaction fails.
 */
export interface Faucet {
  airdrop(address: Uint8Array, lamports: bigint): string;
  /** Null when the token account is there already. */
  createTokenAccount(owner: Uint8Array, tokenAccount: Uint8Array): string | null;
  /** Makes the token account when it is missing, and mints into it. */
  fund(owner: Uint8Array, tokenAccount: Uint8Array, amount: bigint): string;
}

interface Instruction {
  readonly program: Uint8Array;
  readonly writable: readonly Uint8Array[];
  /** In the instruction's own order; the faucet itself may be among them. */
  readonly accounts: readonly Uint8Array[];
  readonly data: Uint8Array;
}

// DER head of an Ed25519 PrivateKeyInfo (RFC 8410); the 32 bytes of the seed follow.
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

export function faucetKey(seed: Uint8Array) {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return { address: new Uint8Array(spki.subarray(-32)), sign: (bytes: Uint8Array) => sign(null, bytes, key) };
}

export function openFaucet(bank: Bank, seed: Uint8Array, mint: Uint8Array, random: Random): Faucet {
  const { system, token, associatedToken, memo } = systemPrograms;
  const self = faucetKey(seed);

  const create = (owner: Uint8Array, tokenAccount: Uint8Array): Instruction => ({
    program: associatedToken,
    writable: [tokenAccount],
    accounts: [self.address, tokenAccount, owner, mint, system, token],
    data: Uint8Array.of(1), // CreateIdempotent
  });

  const send = (instructions: readonly Instruction[]): string => {
    // Without a nonce two equal gifts in one slot would be the same transaction.
    const nonce = {
      program: memo,
      writable: [],
      accounts: [],
      data: Buffer.from(Buffer.from(random(8)).toString('hex')),
    };
    const message = compile(self.address, bank.latestBlockhash().blockhash, [...instructions, nonce]);
    const transaction = decodeTransaction(Buffer.concat([Uint8Array.of(1), self.sign(message), message]));
    if (typeof transaction === 'string') throw new RpcError(rpcCodes.internal, transaction);
    const landed = bank.land(transaction);
    const error = landed.kind === 'landed' ? landed.transaction.error : landed.error;
    if (landed.kind === 'refused' || error !== null) {
      throw new RpcError(
        rpcCodes.internal,
        `The faucet's transaction failed: ${describeTransactionError(error ?? '')}.`,
      );
    }
    return toBase58(landed.transaction.signature);
  };

  return {
    airdrop: (address, lamports) =>
      send([
        { program: system, writable: [address], accounts: [self.address, address], data: amountData(4, 2, lamports) },
      ]),
    createTokenAccount: (owner, tokenAccount) =>
      bank.account(tokenAccount) === null ? send([create(owner, tokenAccount)]) : null,
    fund: (owner, tokenAccount, amount) =>
      send([
        create(owner, tokenAccount),
        {
          program: token,
          writable: [mint, tokenAccount],
          accounts: [mint, tokenAccount, self.address],
          data: amountData(1, 7, amount), // MintTo
        },
      ]),
  };
}

/** Instruction data of a tag (`tagBytes` long, little-endian) and a u64. */
function amountData(tagBytes: number, tag: number, amount: bigint): Uint8Array {
  const data = Buffer.alloc(tagBytes + 8);
  data.writeUIntLE(tag, 0, tagBytes);
  data.writeBigUInt64LE(amount, tagBytes);
  return data;
}

/** A legacy message that only `payer` signs. All counts stay below 128, so each is one byte. */
function compile(payer: Uint8Array, blockhash: Uint8Array, instructions: readonly Instruction[]): Uint8Array {
  const keys = new Map<string, { readonly address: Uint8Array; readonly rank: number }>();
  const add = (address: Uint8Array, rank: number): void => {
    const id = toBase58(address);
    const known = keys.get(id);
    if (known === undefined || known.rank > rank) keys.set(id, { address, rank });
  };
  add(payer, 0);
  for (const { program, writable, accounts } of instructions) {
    for (const address of writable) add(address, 1);
    for (const address of [...accounts, program]) add(address, 2);
  }
  const ordered = [...keys].sort(([, a], [, b]) => a.rank - b.rank);
  const indexes = new Map(ordered.map(([id], index) => [id, index]));
  const indexOf = (address: Uint8Array): number => indexes.get(toBase58(address)) ?? 0;
  const readonlyOthers = ordered.filter(([, { rank }]) => rank === 2).length;
  return Buffer.concat([
    Uint8Array.of(1, 0, readonlyOthers, ordered.length),
    ...ordered.map(([, { address }]) => address),
    blockhash,
    Uint8Array.of(instructions.length),
    ...instructions.flatMap(({ program, accounts, data }) => [
      Uint8Array.of(indexOf(program), accounts.length, ...accounts.map(indexOf), data.length),
      data,
    ]),
  ]);
}
