import { toBase58 } from './base58.ts';
import type { Blockhashes } from './blockhashes.ts';
import { blockhashLife } from './blockhashes.ts';
import type { Journal, JournalTransaction, TokenBalance } from './journal.ts';
import type { SlotClock } from './slot-clock.ts';
import { mint, tokenAccount } from './token-layout.ts';
import type { TransactionErrorJson } from './transaction-error.ts';
import type { AccountState, Execution, Simulation, VirtualMachine } from './virtual-machine.ts';
import { isWritable, type WireMessage, type WireTransaction } from './wire-transaction.ts';

export type Landed =
  | { readonly kind: 'landed'; readonly transaction: JournalTransaction }
  | { readonly kind: 'refused'; readonly error: TransactionErrorJson; readonly logs: readonly string[] };

/**
 * The chain's rules around the virtual machine: time, blockhash window, one landing per message, and the journal. Heights
 * and slots are the same number, and every landed transaction is final at once: there are no forks.
 */
export interface Bank {
  /** The current slot; the virtual machine's clock is brought up to it. */
  slot(): number;
  unixTime(slot: number): number;
  latestBlockhash(): { readonly blockhash: Uint8Array; readonly lastValidBlockHeight: number };
  isBlockhashValid(blockhash: Uint8Array): boolean;
  account(address: Uint8Array): AccountState | null;
  rentExemptMinimum(dataBytes: number): bigint;
  /** Signatures are the caller's business. `anyBlockhash` leaves out the window and, with it, the duplicate check. */
  simulate(transaction: WireTransaction, anyBlockhash: boolean): Simulation;
  /**
   * Executes a fully signed transaction and records it; the caller has checked the signatures. Lands at most once per
   * message, for good. A transaction that fails in execution lands with its fee; one whose payer could not pay does not.
   * Promise: on return the landing is on the disk. Throws when it could not be written; then nothing has happened.
   */
  land(transaction: WireTransaction): Landed;
  advance(slots: number): void;
}

export function openBank(vm: VirtualMachine, journal: Journal, clock: SlotClock, hashes: Blockhashes): Bank {
  for (const { address, state } of journal.accounts()) vm.setAccount(address, state);
  let vmSlot = -1;

  const slot = (): number => {
    const now = clock.slot();
    if (now !== vmSlot) vm.setTime(now, clock.unixTime(now));
    vmSlot = now;
    return now;
  };

  const refusal = ({ message }: WireTransaction): TransactionErrorJson | null => {
    if (hashes.heightOf(message.blockhash, slot()) === null) return 'BlockhashNotFound';
    return journal.hasMessage(message.hash) ? 'AlreadyProcessed' : null;
  };

  const keep = ({ message, signatures, bytes }: WireTransaction, before: States, execution: Execution): Landed => {
    const { error, logs, units } = execution;
    const after = message.accounts.map((address, index) =>
      isWritable(message, index) ? vm.account(address) : (before[index] ?? null),
    );
    // Execution moves lamports and never makes any: what is missing is the fee.
    const fee = Number(total(before) - total(after));
    if (error !== null && fee === 0) return { kind: 'refused', error, logs };

    const effects = {
      fee,
      units,
      logs,
      preBalances: before.map(lamports),
      postBalances: after.map(lamports),
      preTokenBalances: tokenBalances(vm, before),
      postTokenBalances: tokenBalances(vm, after),
    };
    const signature = signatures[0] ?? new Uint8Array(64);
    const landed = { signature, slot: vmSlot, blockTime: clock.unixTime(vmSlot), error, wire: bytes, effects };
    const accounts = message.accounts.flatMap((address, index) =>
      isWritable(message, index) ? [{ address, state: after[index] ?? null }] : [],
    );
    journal.record({ ...landed, messageHash: message.hash, mentions: message.accounts, accounts });
    return { kind: 'landed', transaction: landed };
  };

  return {
    slot,
    unixTime: clock.unixTime,
    latestBlockhash() {
      const height = slot();
      return { blockhash: hashes.at(height), lastValidBlockHeight: height + blockhashLife };
    },
    isBlockhashValid: (blockhash) => hashes.heightOf(blockhash, slot()) !== null,
    account: vm.account,
    rentExemptMinimum: vm.rentExemptMinimum,
    simulate(transaction, anyBlockhash) {
      slot();
      const error = anyBlockhash ? null : refusal(transaction);
      return error === null ? vm.simulate(transaction) : { error, logs: [], units: 0, after: () => new Map() };
    },
    land(transaction) {
      slot();
      const refused = refusal(transaction);
      if (refused !== null) return { kind: 'refused', error: refused, logs: [] };
      const { message } = transaction;
      const before = accountsOf(vm, message);
      try {
        return keep(transaction, before, vm.execute(transaction));
      } catch (cause) {
        // The machine must not be ahead of the journal: a restart would take back what had been answered.
        for (const [index, address] of message.accounts.entries()) {
          if (isWritable(message, index)) vm.setAccount(address, before[index] ?? noAccount);
        }
        throw cause;
      }
    },
    advance(slots) {
      clock.advance(slots);
      journal.raiseHighWater(slot());
    },
  };
}

/** An account without lamports does not exist: setting it removes it. */
const noAccount: AccountState = {
  lamports: 0n,
  owner: new Uint8Array(32),
  data: new Uint8Array(),
  executable: false,
};

/** Of a program that is only called, nothing but its lamports is of interest. */
function accountsOf(vm: VirtualMachine, message: WireMessage): States {
  const called = new Set(message.instructions.map(({ program }) => program));
  return message.accounts.map((address, index) =>
    called.has(index) && !isWritable(message, index)
      ? { ...noAccount, lamports: vm.lamports(address) }
      : vm.account(address),
  );
}

type States = readonly (AccountState | null)[];

function lamports(state: AccountState | null): number {
  return Number(state?.lamports ?? 0n);
}

function total(states: States): bigint {
  return states.reduce((sum, state) => sum + (state?.lamports ?? 0n), 0n);
}

function tokenBalances(vm: VirtualMachine, states: States): TokenBalance[] {
  return states.flatMap((state, account) => {
    const token = state === null ? null : tokenAccount(state);
    if (state === null || token === null) return [];
    const mintState = vm.account(token.mint);
    return {
      account,
      mint: toBase58(token.mint),
      owner: toBase58(token.owner),
      program: toBase58(state.owner),
      amount: token.amount.toString(),
      decimals: (mintState && mint(mintState))?.decimals ?? 0,
    };
  });
}
