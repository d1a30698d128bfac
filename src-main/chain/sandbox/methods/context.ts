import type { Bank } from '../bank.ts';

/** Solana's `RpcResponse`: a value and the slot at which it was true. */
export function withContext(bank: Bank, value: unknown): unknown {
  return { context: { slot: bank.slot() }, value };
}
