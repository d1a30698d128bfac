import { toBase58 } from './base58.ts';
import type { JournalTransaction, TokenBalance } from './journal.ts';
import { uiTokenAmount } from './token-layout.ts';
import type { TransactionErrorJson } from './transaction-error.ts';
import type { WireTransaction } from './wire-transaction.ts';

export const transactionEncodings = ['json', 'base64', 'base58'] as const;

/** A landed transaction as `getTransaction` answers it. */
export function transactionView(
  { slot, blockTime, error, wire, effects }: JournalTransaction,
  transaction: WireTransaction,
  encoding: (typeof transactionEncodings)[number],
) {
  const { fee, units, logs, preBalances, postBalances, preTokenBalances, postTokenBalances } = effects;
  return {
    slot,
    blockTime,
    version: transaction.message.version,
    transaction: encoding === 'json' ? readable(transaction) : [encoded(wire, encoding), encoding],
    meta: {
      err: error,
      status: statusOf(error),
      fee,
      preBalances,
      postBalances,
      preTokenBalances: preTokenBalances.map(tokenBalance),
      postTokenBalances: postTokenBalances.map(tokenBalance),
      innerInstructions: null,
      logMessages: logs,
      computeUnitsConsumed: units,
      loadedAddresses: { readonly: [], writable: [] },
      rewards: [],
    },
  };
}

/** The older spelling of a transaction's fate, which some tools still read. */
export function statusOf(error: TransactionErrorJson | null) {
  return error === null ? { Ok: null } : { Err: error };
}

function readable({ signatures, message }: WireTransaction) {
  const { header, version } = message;
  return {
    signatures: signatures.map(toBase58),
    message: {
      header: {
        numRequiredSignatures: header.signers,
        numReadonlySignedAccounts: header.readonlySigners,
        numReadonlyUnsignedAccounts: header.readonlyOthers,
      },
      accountKeys: message.accounts.map(toBase58),
      recentBlockhash: toBase58(message.blockhash),
      instructions: message.instructions.map(({ program, accounts, data }) => ({
        programIdIndex: program,
        accounts,
        data: toBase58(data),
        stackHeight: null,
      })),
      ...(version === 0 && { addressTableLookups: [] }),
    },
  };
}

function encoded(wire: Uint8Array, encoding: 'base64' | 'base58'): string {
  return encoding === 'base64' ? Buffer.from(wire).toString('base64') : toBase58(wire);
}

function tokenBalance({ account, mint, owner, program, amount, decimals }: TokenBalance) {
  return {
    accountIndex: account,
    mint,
    owner,
    programId: program,
    uiTokenAmount: uiTokenAmount(BigInt(amount), decimals),
  };
}
