import { describe, expect, it } from 'vitest';
import { transactionErrorJson } from '../../../src-main/chain/sandbox/transaction-error.ts';

describe("LiteSVM's errors in Solana's JSON", () => {
  it.each([
    [6, 'AlreadyProcessed'],
    [7, 'BlockhashNotFound'],
    [11, 'SignatureFailure'],
    [34, 'CommitCancelled'],
    [{ index: 2, err: () => ({ code: 1 }) }, { InstructionError: [2, { Custom: 1 }] }],
    [{ index: 0, err: () => 3 }, { InstructionError: [0, 'InvalidAccountData'] }],
    [{ index: 0, err: () => 52 }, { InstructionError: [0, 'BorshIoError'] }],
    [{ index: 0, err: () => ({ msg: 'x' }) }, { InstructionError: [0, { BorshIoError: 'x' }] }],
    [{ index: 4 }, { DuplicateInstruction: 4 }],
    [
      { accountIndex: 0, toString: () => 'TransactionErrorInsufficientFundsForRent { .. }' },
      { InsufficientFundsForRent: { account_index: 0 } },
    ],
    [
      { accountIndex: 3, toString: () => 'TransactionErrorProgramExecutionTemporarilyRestricted { .. }' },
      { ProgramExecutionTemporarilyRestricted: { account_index: 3 } },
    ],
  ])('spells %j', (error, json) => {
    expect(transactionErrorJson(error)).toEqual(json);
  });
});
