/** Solana's `TransactionError` as JSON-RPC spells it: a name, or an object with one name and its fields. */
export type TransactionErrorJson = string | { readonly [name: string]: unknown };

// In the order of LiteSVM's enums, which give numbers for errors without fields (x402 reference, section 16.4).
const transactionErrors = (
  'AccountInUse AccountLoadedTwice AccountNotFound ProgramAccountNotFound InsufficientFundsForFee InvalidAccountForFee ' +
  'AlreadyProcessed BlockhashNotFound CallChainTooDeep MissingSignatureForFee InvalidAccountIndex SignatureFailure ' +
  'InvalidProgramForExecution SanitizeFailure ClusterMaintenance AccountBorrowOutstanding WouldExceedMaxBlockCostLimit ' +
  'UnsupportedVersion InvalidWritableAccount WouldExceedMaxAccountCostLimit WouldExceedAccountDataBlockLimit ' +
  'TooManyAccountLocks AddressLookupTableNotFound InvalidAddressLookupTableOwner InvalidAddressLookupTableData ' +
  'InvalidAddressLookupTableIndex InvalidRentPayingAccount WouldExceedMaxVoteCostLimit WouldExceedAccountDataTotalLimit ' +
  'MaxLoadedAccountsDataSizeExceeded ResanitizationNeeded InvalidLoadedAccountsDataSizeLimit UnbalancedTransaction ' +
  'ProgramCacheHitMaxLimit CommitCancelled'
).split(' ');

const instructionErrors = (
  'GenericError InvalidArgument InvalidInstructionData InvalidAccountData AccountDataTooSmall InsufficientFunds ' +
  'IncorrectProgramId MissingRequiredSignature AccountAlreadyInitialized UninitializedAccount UnbalancedInstruction ' +
  'ModifiedProgramId ExternalAccountLamportSpend ExternalAccountDataModified ReadonlyLamportChange ReadonlyDataModified ' +
  'DuplicateAccountIndex ExecutableModified RentEpochModified NotEnoughAccountKeys AccountDataSizeChanged ' +
  'AccountNotExecutable AccountBorrowFailed AccountBorrowOutstanding DuplicateAccountOutOfSync InvalidError ' +
  'ExecutableDataModified ExecutableLamportChange ExecutableAccountNotRentExempt UnsupportedProgramId CallDepth ' +
  'MissingAccount ReentrancyNotAllowed MaxSeedLengthExceeded InvalidSeeds InvalidRealloc ComputationalBudgetExceeded ' +
  'PrivilegeEscalation ProgramEnvironmentSetupFailure ProgramFailedToComplete ProgramFailedToCompile Immutable ' +
  'IncorrectAuthority AccountNotRentExempt InvalidAccountOwner ArithmeticOverflow UnsupportedSysvar IllegalOwner ' +
  'MaxAccountsDataAllocationsExceeded MaxAccountsExceeded MaxInstructionTraceLengthExceeded ' +
  'BuiltinProgramsMustConsumeComputeUnits BorshIoError'
).split(' ');

/** LiteSVM's error classes, by what they carry: its TypeScript names are not all exported at run time. */
export type VmTransactionError =
  | number
  | { readonly index: number; err?(): VmInstructionError }
  | { readonly accountIndex: number; toString(): string };
type VmInstructionError = number | { readonly code: number } | { readonly msg: string };

export function transactionErrorJson(error: VmTransactionError): TransactionErrorJson {
  if (typeof error === 'number') return transactionErrors[error] ?? `Unknown${error}`;
  if ('accountIndex' in error) {
    const name = error.toString().includes('Rent')
      ? 'InsufficientFundsForRent'
      : 'ProgramExecutionTemporarilyRestricted';
    return { [name]: { account_index: error.accountIndex } };
  }
  return error.err === undefined
    ? { DuplicateInstruction: error.index }
    : { InstructionError: [error.index, instructionErrorJson(error.err())] };
}

function instructionErrorJson(error: VmInstructionError): unknown {
  if (typeof error === 'number') return instructionErrors[error] ?? `Unknown${error}`;
  return 'code' in error ? { Custom: error.code } : { BorshIoError: error.msg };
}

/** The error in a validator's words, for messages that people read; programs read the JSON. */
export function describeTransactionError(error: TransactionErrorJson): string {
  if (error === 'BlockhashNotFound') return 'Blockhash not found';
  if (error === 'AlreadyProcessed') return 'This transaction has already been processed';
  return typeof error === 'string' ? error : JSON.stringify(error);
}
