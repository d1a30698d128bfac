import type Database from 'better-sqlite3';
import { invariant } from '../../base/assert.ts';
import type { TransactionErrorJson } from './transaction-error.ts';
import type { AccountState } from './virtual-machine.ts';

/** What the chain is born with. Kept for its whole life. */
export interface Genesis {
  readonly timeMs: number;
  readonly secret: Uint8Array;
  /** Ed25519 seed of the faucet, which is also the mint authority. */
  readonly faucetSeed: Uint8Array;
  readonly mint: Uint8Array;
}

export interface Birth extends Genesis {
  readonly accounts: readonly StoredAccount[];
}

export interface StoredAccount {
  readonly address: Uint8Array;
  readonly state: AccountState;
}

export interface TokenBalance {
  /** Index among the transaction's accounts. */
  readonly account: number;
  readonly mint: string;
  readonly owner: string;
  readonly program: string;
  readonly amount: string;
  readonly decimals: number;
}

export interface TransactionEffects {
  readonly fee: number;
  readonly units: number;
  readonly logs: readonly string[];
  readonly preBalances: readonly number[];
  readonly postBalances: readonly number[];
  readonly preTokenBalances: readonly TokenBalance[];
  readonly postTokenBalances: readonly TokenBalance[];
}

export interface JournalTransaction {
  readonly signature: Uint8Array;
  readonly slot: number;
  /** Unix seconds. */
  readonly blockTime: number;
  readonly error: TransactionErrorJson | null;
  readonly wire: Uint8Array;
  readonly effects: TransactionEffects;
}

export type JournalEntry = Omit<JournalTransaction, 'wire' | 'effects'>;

export interface Landing extends JournalTransaction {
  readonly messageHash: Uint8Array;
  /** Every account that the message names. */
  readonly mentions: readonly Uint8Array[];
  /** New states of changed accounts; null: the account is gone. */
  readonly accounts: readonly { readonly address: Uint8Array; readonly state: AccountState | null }[];
}

/**
 * The chain on disk: one SQLite file with all accounts and all landed transactions.
 * Promise: when `record` has returned, the landing is on the disk as a whole; when it throws, nothing of it is.
 */
export interface Journal {
  readonly genesis: Genesis;
  highWater(): number;
  raiseHighWater(slot: number): void;
  /** Programs come after all other accounts, since loading one reads its data account. */
  accounts(): Iterable<StoredAccount>;
  /** Token accounts of one wallet under one token program, by the layout that both programs share. */
  tokenAccountsOf(wallet: Uint8Array, program: Uint8Array): readonly StoredAccount[];
  record(landing: Landing): void;
  hasMessage(messageHash: Uint8Array): boolean;
  transaction(signature: Uint8Array): JournalTransaction | null;
  /** Newest first; after `before` and up to, without, `until`. An unknown `before` gives nothing, an unknown `until` no end. */
  history(
    address: Uint8Array,
    before: Uint8Array | null,
    until: Uint8Array | null,
    limit: number,
  ): readonly JournalEntry[];
  close(): void;
}

/** Over an open chain file; see `openChainFile`. */
export function openJournal(db: Database.Database): Journal {
  const genesis = db.prepare<[], GenesisRow>('SELECT time_ms, secret, faucet_seed, mint FROM genesis').get();
  invariant(genesis !== undefined, 'a chain file has its genesis');

  const highWater = db.prepare<[], number>('SELECT high_water FROM genesis').pluck();
  const raise = db.prepare('UPDATE genesis SET high_water = max(high_water, ?)');
  const put = db.prepare(putAccount);
  const drop = db.prepare('DELETE FROM accounts WHERE address = ?');
  const land = db.prepare(
    'INSERT INTO transactions (signature, message_hash, slot, block_time, error, wire, effects) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const mention = db.prepare('INSERT OR IGNORE INTO mentions VALUES (?, ?)');
  const byMessage = db.prepare<[Uint8Array], number>('SELECT 1 FROM transactions WHERE message_hash = ?').pluck();
  const bySignature = db.prepare<[Uint8Array], TransactionRow>(
    'SELECT signature, slot, block_time, error, wire, effects FROM transactions WHERE signature = ?',
  );
  const seqOf = db.prepare<[Uint8Array], number>('SELECT seq FROM transactions WHERE signature = ?').pluck();
  const mentions = db.prepare<[Uint8Array, number, number, number], EntryRow>(
    `SELECT signature, slot, block_time, error FROM mentions JOIN transactions USING (seq)
     WHERE address = ? AND seq < ? AND seq > ? ORDER BY seq DESC LIMIT ?`,
  );
  const allAccounts = db
    .prepare<[], AccountRow>('SELECT address, lamports, owner, data, executable FROM accounts ORDER BY executable')
    .safeIntegers();
  const tokenAccounts = db
    .prepare<[Uint8Array, Uint8Array], AccountRow>(
      `SELECT address, lamports, owner, data, executable FROM accounts
       WHERE owner = ? AND length(data) >= 165 AND substr(data, 33, 32) = ? ORDER BY address`,
    )
    .safeIntegers();

  const record = db.transaction((landing: Landing) => {
    for (const { address, state } of landing.accounts) {
      if (state === null) drop.run(address);
      else put.run(...columns(address, state));
    }
    const { signature, messageHash, slot, blockTime, error, wire, effects } = landing;
    const { lastInsertRowid: seq } = land.run(
      signature,
      messageHash,
      slot,
      blockTime,
      JSON.stringify(error),
      wire,
      JSON.stringify(effects),
    );
    for (const address of landing.mentions) mention.run(address, seq);
    raise.run(slot);
  });

  return {
    genesis: {
      timeMs: genesis.time_ms,
      secret: genesis.secret,
      faucetSeed: genesis.faucet_seed,
      mint: genesis.mint,
    },
    highWater: () => highWater.get() ?? 0,
    raiseHighWater: (slot) => void raise.run(slot),
    *accounts() {
      for (const row of allAccounts.iterate()) yield account(row);
    },
    tokenAccountsOf: (wallet, program) => tokenAccounts.all(program, wallet).map(account),
    record: (landing) => record.immediate(landing),
    hasMessage: (messageHash) => byMessage.get(messageHash) !== undefined,
    transaction(signature) {
      const row = bySignature.get(signature);
      return row === undefined ? null : { ...entry(row), wire: row.wire, effects: JSON.parse(row.effects) };
    },
    history(address, before, until, limit) {
      const upper = before === null ? Number.MAX_SAFE_INTEGER : (seqOf.get(before) ?? 0);
      const lower = until === null ? 0 : (seqOf.get(until) ?? 0);
      return mentions.all(address, upper, lower, limit).map(entry);
    },
    close: () => db.close(),
  };
}

interface GenesisRow {
  readonly time_ms: number;
  readonly secret: Uint8Array;
  readonly faucet_seed: Uint8Array;
  readonly mint: Uint8Array;
}

interface AccountRow {
  readonly address: Uint8Array;
  readonly lamports: bigint;
  readonly owner: Uint8Array;
  readonly data: Uint8Array;
  readonly executable: bigint;
}

interface EntryRow {
  readonly signature: Uint8Array;
  readonly slot: number;
  readonly block_time: number;
  readonly error: string;
}

interface TransactionRow extends EntryRow {
  readonly wire: Uint8Array;
  readonly effects: string;
}

/** Parameters are made by `columns`. */
export const putAccount = 'REPLACE INTO accounts VALUES (?, ?, ?, ?, ?)';

export function columns(address: Uint8Array, { lamports, owner, data, executable }: AccountState) {
  return [address, lamports, owner, data, executable ? 1 : 0];
}

function account({ address, lamports, owner, data, executable }: AccountRow): StoredAccount {
  return { address, state: { lamports, owner, data, executable: executable === 1n } };
}

function entry({ signature, slot, block_time, error }: EntryRow): JournalEntry {
  return { signature, slot, blockTime: block_time, error: JSON.parse(error) };
}
