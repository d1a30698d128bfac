import type {
  FailedTransactionMetadata,
  SimulatedTransactionInfo,
  TransactionMetadata,
} from 'litesvm/dist/internal.js';
import { type TransactionErrorJson, transactionErrorJson } from './transaction-error.ts';
import type { WireTransaction } from './wire-transaction.ts';

export interface AccountState {
  readonly lamports: bigint;
  /** The program that owns it. */
  readonly owner: Uint8Array;
  readonly data: Uint8Array;
  readonly executable: boolean;
}

export interface Execution {
  readonly error: TransactionErrorJson | null;
  readonly logs: readonly string[];
  readonly units: number;
}

/** Executed and forgotten. */
export interface Simulation extends Execution {
  /** The accounts as they would be, keyed by `addressKey`; empty when it failed. */
  after(): ReadonlyMap<string, AccountState>;
}

/**
 * LiteSVM as the sandbox uses it: only execution and account state. Its own signature, blockhash and duplicate checks are
 * off, because they are not Solana's (x402 reference, section 16.4); `bank.ts` makes them.
 */
export interface VirtualMachine {
  account(address: Uint8Array): AccountState | null;
  /** Cheaper than `account`, which copies the data: a program may have 100 KB of it. */
  lamports(address: Uint8Array): bigint;
  setAccount(address: Uint8Array, state: AccountState): void;
  setTime(slot: number, unixTime: number): void;
  rentExemptMinimum(dataBytes: number): bigint;
  /** Executes and keeps the result in memory. A failed transaction keeps its fee, when its payer could pay one. */
  execute(transaction: WireTransaction): Execution;
  simulate(transaction: WireTransaction): Simulation;
}

export const slotsPerEpoch = 432_000;

export function addressKey(address: Uint8Array): string {
  return Buffer.from(address).toString('hex');
}

/** Throws where LiteSVM has no binary for this platform. */
export async function startVirtualMachine(): Promise<VirtualMachine> {
  // The package's inner module is the bare binding; its front door would load a second copy of kit (20 MB).
  const { Account, Clock, FailedTransactionMetadata: Failed, LiteSvm } = await import('litesvm/dist/internal.js');
  const vm = new LiteSvm();
  vm.setSigverify(false);
  vm.setBlockhashCheck(false);
  vm.setTransactionHistory(0n);
  vm.setLogBytesLimit(10_000n);

  const failed = (result: object): result is FailedTransactionMetadata => result instanceof Failed;

  return {
    account(address) {
      const account = vm.getAccount(address);
      return account === null ? null : accountState(account);
    },
    lamports: (address) => vm.getBalance(address) ?? 0n,
    setAccount(address, { lamports, data, owner, executable }) {
      vm.setAccount(address, new Account(lamports, data, owner, executable, 0n));
    },
    setTime(slot, unixTime) {
      const epoch = BigInt(Math.floor(slot / slotsPerEpoch));
      vm.setClock(new Clock(BigInt(slot), 0n, epoch, epoch + 1n, BigInt(unixTime)));
    },
    rentExemptMinimum: (dataBytes) => vm.minimumBalanceForRentExemption(BigInt(dataBytes)),
    execute({ bytes }) {
      const result = vm.sendVersionedTransaction(bytes);
      return failed(result) ? failure(result) : success(result);
    },
    simulate({ bytes }) {
      const result = vm.simulateVersionedTransaction(bytes);
      if (failed(result)) return { ...failure(result), after: () => new Map() };
      return { ...success(result.meta()), after: () => statesAfter(result) };
    },
  };
}

function accountState(account: {
  lamports(): bigint;
  owner(): Uint8Array;
  data(): Uint8Array;
  executable(): boolean;
}): AccountState {
  return {
    lamports: account.lamports(),
    owner: account.owner(),
    data: account.data(),
    executable: account.executable(),
  };
}

function statesAfter(result: SimulatedTransactionInfo): Map<string, AccountState> {
  return new Map(result.postAccounts().map((entry) => [addressKey(entry.address), accountState(entry.account())]));
}

function success(meta: TransactionMetadata): Execution {
  return { error: null, logs: meta.logs(), units: Number(meta.computeUnitsConsumed()) };
}

function failure(result: FailedTransactionMetadata): Execution {
  return { ...success(result.meta()), error: transactionErrorJson(result.err()) };
}
