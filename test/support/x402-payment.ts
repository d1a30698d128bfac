import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  AccountRole,
  type Address,
  type AddressesByLookupTableAddress,
  address,
  appendTransactionMessageInstructions,
  blockhash,
  compileTransaction,
  compressTransactionMessageUsingAddressLookupTables,
  createTransactionMessage,
  getAddressDecoder,
  getTransactionEncoder,
  type Instruction,
  pipe,
  setTransactionMessageFeePayer,
  setTransactionMessageLifetimeUsingBlockhash,
  signatureBytes,
} from '@solana/kit';
import { getSetComputeUnitLimitInstruction, getSetComputeUnitPriceInstruction } from '@solana-program/compute-budget';
import { getAddMemoInstruction } from '@solana-program/memo';
import { findAssociatedTokenPda, getTransferCheckedInstruction, TOKEN_PROGRAM_ADDRESS } from '@solana-program/token';
import type { SettlementRequirement } from '../../src-main/wallet/signer/signer.ts';

/** Memo v2, which x402 names; the official client's own default is another deployment. */
export const memoProgram = address('MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr');

/** Independent of the signer's own form of a payment: built with kit and the official program clients. */
export interface TestKey {
  readonly address: Address;
  readonly key: KeyObject;
}

export function testKey(seed: Uint8Array = randomBytes(32)): TestKey {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  return { address: getAddressDecoder().decode(raw), key };
}

export const anAddress = (): Address => testKey().address;

export interface PaymentParts {
  readonly payer: TestKey;
  readonly feePayer: Address;
  readonly mint: Address;
  readonly tokenProgram: Address;
  readonly payTo: Address;
  readonly amount: bigint;
  readonly memo: string;
  readonly units: number;
  readonly price: bigint;
  readonly version: 0 | 'legacy';
  /** Who signs besides the payer; they must be signers of some instruction. */
  readonly alsoSign: readonly TestKey[];
  readonly lookupTables: AddressesByLookupTableAddress;
  /** Base58; null: one that no chain knows. */
  readonly blockhash: string | null;
  /** Changes the four instructions of an honest payment. */
  readonly reshape: (instructions: readonly Instruction[]) => readonly Instruction[];
}

/** A payment that holds every rule, and what it pays for. */
export function honestParts(): PaymentParts {
  return {
    payer: testKey(),
    feePayer: anAddress(),
    mint: anAddress(),
    tokenProgram: TOKEN_PROGRAM_ADDRESS,
    payTo: anAddress(),
    amount: 10_000n,
    memo: 'a'.repeat(32),
    units: 20_000,
    price: 1n,
    version: 0,
    alsoSign: [],
    lookupTables: {},
    blockhash: null,
    reshape: (instructions) => instructions,
  };
}

export function requirementOf(parts: PaymentParts): SettlementRequirement {
  const { amount, mint, payTo, feePayer } = parts;
  return { amount, asset: mint, payTo, feePayer, memo: null };
}

export async function buildPayment(parts: PaymentParts): Promise<Uint8Array> {
  const { payer, feePayer, mint, tokenProgram, payTo, version } = parts;
  const [source] = await findAssociatedTokenPda({ owner: payer.address, mint, tokenProgram });
  const [destination] = await findAssociatedTokenPda({ owner: payTo, mint, tokenProgram });
  const transfer = getTransferCheckedInstruction(
    { source, mint, destination, authority: payer.address, amount: parts.amount, decimals: 6 },
    { programAddress: tokenProgram },
  );
  const [from, token, to] = transfer.accounts;
  const honest: readonly Instruction[] = [
    getSetComputeUnitLimitInstruction({ units: parts.units }),
    getSetComputeUnitPriceInstruction({ microLamports: parts.price }),
    { ...transfer, accounts: [from, token, to, { address: payer.address, role: AccountRole.READONLY_SIGNER }] },
    getAddMemoInstruction({ memo: parts.memo }, { programAddress: memoProgram }),
  ];
  const lifetime = { blockhash: blockhash(parts.blockhash ?? mint), lastValidBlockHeight: 0n };
  const instructions = [...parts.reshape(honest)];
  const legacy = pipe(
    createTransactionMessage({ version: 'legacy' }),
    (m) => setTransactionMessageFeePayer(feePayer, m),
    (m) => setTransactionMessageLifetimeUsingBlockhash(lifetime, m),
    (m) => appendTransactionMessageInstructions(instructions, m),
  );
  const current = pipe(
    createTransactionMessage({ version: 0 }),
    (m) => setTransactionMessageFeePayer(feePayer, m),
    (m) => setTransactionMessageLifetimeUsingBlockhash(lifetime, m),
    (m) => appendTransactionMessageInstructions(instructions, m),
    (m) => compressTransactionMessageUsingAddressLookupTables(m, parts.lookupTables),
  );
  const compiled = version === 'legacy' ? compileTransaction(legacy) : compileTransaction(current);
  const signatures = { ...compiled.signatures };
  for (const { address, key } of [payer, ...parts.alsoSign]) {
    if (address in signatures)
      signatures[address] = signatureBytes(new Uint8Array(sign(null, Buffer.from(compiled.messageBytes), key)));
  }
  return Uint8Array.from(getTransactionEncoder().encode({ ...compiled, signatures }));
}
