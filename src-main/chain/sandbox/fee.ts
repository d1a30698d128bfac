import { systemPrograms } from './programs.ts';
import type { WireMessage } from './wire-transaction.ts';

const lamportsPerSignature = 5_000n;
const unitsPerInstruction = 200_000;
const maxUnits = 1_400_000;
const setUnitLimit = 2;
const setUnitPrice = 3;

/** What a message would cost in lamports: base fee, and price times limit in micro-lamports, rounded up. */
export function feeOf({ header, accounts, instructions }: WireMessage): bigint {
  let limit: number | null = null;
  let price = 0n;
  let others = 0;
  for (const { program, data } of instructions) {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    if (Buffer.compare(accounts[program] ?? data, systemPrograms.computeBudget) !== 0) others += 1;
    else if (data[0] === setUnitLimit && data.length >= 5) limit = view.getUint32(1, true);
    else if (data[0] === setUnitPrice && data.length >= 9) price = view.getBigUint64(1, true);
  }
  const units = BigInt(Math.min(limit ?? others * unitsPerInstruction, maxUnits));
  return BigInt(header.signers) * lamportsPerSignature + (price * units + 999_999n) / 1_000_000n;
}
