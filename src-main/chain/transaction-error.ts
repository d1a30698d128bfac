/**
 * A transaction's error in one line, as Solana's JSON spells it: `AlreadyProcessed`,
 * `{"InstructionError":[2,{"Custom":1}]}`. Null is success.
 */
export function transactionErrorText(error: string | null | Readonly<Record<string, unknown>>): string | null {
  if (error === null || typeof error === 'string') return error;
  return JSON.stringify(error, (_key, value) => (typeof value === 'bigint' ? Number(value) : value)).slice(0, 500);
}
