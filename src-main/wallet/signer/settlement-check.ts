import { isSignedBy } from './ed25519.ts';
import { discriminators, programs, tokenPrograms } from './programs.ts';
import type { SettlementCheck, SettlementRefused, SettlementRequirement } from './signer.ts';
import { type Address, isAddress } from './solana-codecs.ts';
import { tokenAccountOf } from './token-account.ts';
import { decodeTransaction, type WireInstruction, type WireTransaction } from './wire-transaction.ts';

/** Solana's own ceiling for one transaction. */
const maxComputeUnits = 1_400_000n;
/** x402's ceiling for the price of a unit (reference, section 7, rule 8). */
const maxMicroLamportsPerUnit = 5_000_000n;
/** Ours for units × price, 10 000 lamports in micro-lamports: the fee payer pays it, not the buyer. */
const maxPriorityFee = 10_000_000_000n;
/** The fee payer and the authority: each signature more costs the fee payer another 5 000 lamports. */
const maxSigners = 2;
const maxInstructions = 6;
const lamportsPerSignature = 5_000n;

/**
 * The rules that need no chain (x402 reference, section 7, rules 3 to 13), in the official facilitator's order, so that
 * the same payment gets the same code. Pure; never throws, whatever the bytes. Rules 14 and 15 (both token accounts
 * exist, the simulation succeeds) remain to be asked of the chain.
 */
export function checkSettlement(wire: Uint8Array, requirement: SettlementRequirement): SettlementCheck {
  const transaction = decodeTransaction(wire);
  if (transaction === null) return refused('payload_transaction_could_not_be_decoded');
  const unsigned = signersBreak(transaction, requirement.feePayer);
  if (unsigned !== null) return refused(unsigned);
  if (transaction.usesLookupTables) return refused('smart_wallet_alt_resolution_not_available');
  const { instructions } = transaction;
  const [limit, price, third, ...others] = instructions;
  if (limit === undefined || price === undefined || third === undefined || instructions.length > maxInstructions) {
    return refused('payload_transaction_instructions_length');
  }
  const dear = computeBudgetBreaks(limit, price);
  if (dear !== null) return refused(dear);
  const transfer = parseTransfer(third, transaction.signers);
  if (transfer === null) return refused('payload_no_transfer_instruction');
  if (instructions.some(({ accounts }) => accounts.some((account) => account === requirement.feePayer))) {
    return refused('payload_transaction_fee_payer_transferring_funds');
  }
  const broken = transferBreaks(transfer, requirement) ?? othersBreak(others, requirement.memo);
  if (broken !== null) return refused(broken);
  const { authority, source, tokenProgram, amount, decimals } = transfer;
  const { messageHash } = transaction;
  const feeLamports = networkFee(transaction, limit, price);
  return {
    kind: 'valid',
    payer: authority,
    messageHash,
    sourceAta: source,
    tokenProgram,
    amount,
    decimals,
    feeLamports,
  };
}

/** What landing it costs the fee payer: per signature, plus units × price rounded up (reference, section 8). */
function networkFee({ signers }: WireTransaction, limit: WireInstruction, price: WireInstruction): bigint {
  const units = BigInt(view(limit.data).getUint32(1, true));
  const microLamports = view(price.data).getBigUint64(1, true);
  return lamportsPerSignature * BigInt(signers.length) + (units * microLamports + 999_999n) / 1_000_000n;
}

function refused(code: string): SettlementRefused {
  return { kind: 'refused', reason: `invalid_exact_svm_${code}` };
}

/** Every slot but the fee payer's must be signed; what stands in the fee payer's will be replaced. */
function signersBreak({ signers, signatures, messageBytes }: WireTransaction, feePayer: string): string | null {
  if (signers.length > maxSigners) return 'payload_excessive_signers';
  if (signers[0] !== feePayer) return 'fee_payer_mismatch';
  const signed = signers.every((signer, index) => {
    const signature = signatures[index];
    return index === 0 || (signature !== undefined && isSignedBy(signer, messageBytes, signature));
  });
  return signed ? null : 'payload_signature_invalid';
}

function computeBudgetBreaks(limit: WireInstruction, price: WireInstruction): string | null {
  const code = 'payload_transaction_instructions_compute';
  const { computeLimit, computePrice } = discriminators;
  if (limit.program !== programs.computeBudget || limit.data[0] !== computeLimit || limit.data.length !== 5) {
    return `${code}_limit_instruction`;
  }
  const units = BigInt(view(limit.data).getUint32(1, true));
  if (units > maxComputeUnits) return `${code}_limit_instruction_too_high`;
  if (price.program !== programs.computeBudget || price.data[0] !== computePrice || price.data.length !== 9) {
    return `${code}_price_instruction`;
  }
  const microLamports = view(price.data).getBigUint64(1, true);
  const tooHigh = microLamports > maxMicroLamportsPerUnit || units * microLamports > maxPriorityFee;
  return tooHigh ? `${code}_price_instruction_too_high` : null;
}

interface Transfer {
  readonly tokenProgram: Address;
  readonly source: Address;
  readonly mint: Address;
  readonly destination: Address;
  readonly authority: Address;
  readonly amount: bigint;
  readonly decimals: number;
}

/** TransferChecked with its four accounts and nothing more, by an authority that signed. Null when it is anything else. */
function parseTransfer({ program, accounts, data }: WireInstruction, signers: readonly Address[]): Transfer | null {
  const [source, mint, destination, authority, ...more] = accounts;
  if (source === undefined || mint === undefined || destination === undefined || authority === undefined) return null;
  if (!tokenPrograms.includes(program) || more.length > 0 || !signers.includes(authority)) return null;
  if (data.length !== 10 || data[0] !== discriminators.transferChecked) return null;
  const fields = view(data);
  const [amount, decimals] = [fields.getBigUint64(1, true), fields.getUint8(9)];
  return { tokenProgram: program, source, mint, destination, authority, amount, decimals };
}

function transferBreaks(transfer: Transfer, { asset, payTo, amount }: SettlementRequirement): string | null {
  const { mint, tokenProgram, destination } = transfer;
  if (mint !== asset) return 'payload_mint_mismatch';
  if (!isAddress(payTo) || destination !== tokenAccountOf(payTo, tokenProgram, mint))
    return 'payload_recipient_mismatch';
  return transfer.amount === amount ? null : 'payload_amount_mismatch';
}

/** Wallets add Lighthouse assertions; the memo tells equal payments apart, or is the seller's. Nothing else may run. */
function othersBreak(others: readonly WireInstruction[], memo: string | null): string | null {
  const unknown = others.findIndex(({ program }) => program !== programs.lighthouse && program !== programs.memo);
  if (unknown !== -1) return `payload_unknown_${['fourth', 'fifth', 'sixth'][unknown]}_instruction`;
  if (memo === null) return null;
  const [first, ...more] = others.filter(({ program }) => program === programs.memo);
  if (first === undefined || more.length > 0) return 'payload_memo_count';
  return Buffer.from(memo, 'utf8').equals(first.data) ? null : 'payload_memo_mismatch';
}

function view(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}
