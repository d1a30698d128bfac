import { hash } from 'node:crypto';
import { getBase58Decoder, getCompiledTransactionMessageDecoder, getTransactionDecoder } from '@solana/kit';
import type { z } from 'zod';
import type { TokenBalanceAnswer, transactionAnswer } from './answers.ts';
import { transactionErrorText } from './transaction-error.ts';

/** What a transaction did to one token account; only accounts whose balance changed are listed. */
export interface TokenDelta {
  readonly account: string;
  readonly mint: string;
  /** The wallet it belongs to, where the node says so. */
  readonly owner: string | null;
  /** Atomic units; negative when they left. */
  readonly delta: bigint;
}

/** A transaction that the chain has executed, successfully or not. */
export interface LandedTransaction {
  /** Its id: the fee payer's signature, base58. */
  readonly signature: string;
  readonly slot: bigint;
  /** Unix seconds. */
  readonly blockTime: number | null;
  /** Null: it succeeded. Otherwise see `transactionErrorText`; it has cost its fee all the same. */
  readonly error: string | null;
  /** SHA-256 of the message bytes, hex. */
  readonly messageHash: string;
  /** All of them, in the order of the signers; base58. */
  readonly signatures: readonly string[];
  readonly feeLamports: bigint;
  readonly tokenDeltas: readonly TokenDelta[];
  /** What its own memo instructions say, in order; bytes that are no UTF-8 come as U+FFFD. */
  readonly memos: readonly string[];
}

const memoProgram = 'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr';

type Answer = NonNullable<z.infer<typeof transactionAnswer>>;

/** Reads the wire bytes rather than what the node says about them. Throws when they are not of the asked transaction. */
export function readLandedTransaction(
  asked: string,
  { slot, blockTime, transaction, meta }: Answer,
): LandedTransaction {
  const { messageBytes, signatures: byAddress } = getTransactionDecoder().decode(Buffer.from(transaction[0], 'base64'));
  const signatures = Object.values(byAddress).map((bytes) => getBase58Decoder().decode(bytes ?? new Uint8Array(64)));
  if (signatures[0] !== asked) throw new TypeError('the answer is about another transaction');
  const message = getCompiledTransactionMessageDecoder().decode(messageBytes);
  const loaded = meta.loadedAddresses;
  const accounts = [...message.staticAccounts, ...(loaded?.writable ?? []), ...(loaded?.readonly ?? [])];
  return {
    signature: asked,
    slot,
    blockTime: blockTime == null ? null : Number(blockTime),
    error: transactionErrorText(meta.err),
    messageHash: hash('sha256', new Uint8Array(messageBytes), 'hex'),
    signatures,
    feeLamports: meta.fee,
    memos: ('instructions' in message ? message.instructions : []).flatMap(({ programAddressIndex, data }) =>
      accounts[programAddressIndex] === memoProgram ? [Buffer.from(data ?? []).toString('utf8')] : [],
    ),
    tokenDeltas: tokenDeltas(accounts, meta.preTokenBalances ?? [], meta.postTokenBalances ?? []),
  };
}

function tokenDeltas(
  accounts: readonly string[],
  before: readonly TokenBalanceAnswer[],
  after: readonly TokenBalanceAnswer[],
): TokenDelta[] {
  const indexes = new Set([...before, ...after].map(({ accountIndex }) => accountIndex));
  return [...indexes].flatMap((index) => {
    const pre = before.find(({ accountIndex }) => accountIndex === index);
    const post = after.find(({ accountIndex }) => accountIndex === index);
    const known = post ?? pre;
    const account = accounts[index];
    if (known === undefined || account === undefined) return [];
    const delta = BigInt(post?.uiTokenAmount.amount ?? 0) - BigInt(pre?.uiTokenAmount.amount ?? 0);
    return delta === 0n ? [] : { account, mint: known.mint, owner: known.owner ?? null, delta };
  });
}
