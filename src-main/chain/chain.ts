import { isSignature, type Signature } from '@solana/kit';
import { GroatError } from '../../src-shared/errors/index.ts';
import type { Clock } from '../base/clock.ts';
import type { LogSink } from '../base/log-sink.ts';
import { toAddress } from './address.ts';
import {
  accountAnswer,
  balanceAnswer,
  blockhashAnswer,
  epochAnswer,
  simulationAnswer,
  statusAnswer,
  transactionAnswer,
} from './answers.ts';
import { createBlockhashCache, type RecentBlockhash } from './blockhash-cache.ts';
import type { EndpointHealth, EndpointPulse } from './endpoint.ts';
import type { Failover } from './failover.ts';
import { type HistoryEntry, readHistory, unionOf } from './history.ts';
import { type LandedTransaction, readLandedTransaction } from './landed-transaction.ts';
import { isAlreadyProcessed } from './rpc-problem.ts';
import { type AccountBytes, type MintFacts, readMint, readTokenAmount } from './token-account.ts';
import { transactionErrorText } from './transaction-error.ts';
import { encodeWire, idOf } from './wire.ts';

export interface SimulationOutcome {
  /** Null: it would succeed now. Otherwise as `LandedTransaction.error`. */
  readonly error: string | null;
  readonly units: bigint | null;
  readonly logs: readonly string[];
}

export interface TransactionStatus {
  readonly confirmed: boolean;
  /** Null while it is not known to have failed. */
  readonly error: string | null;
}

/**
 * Solana as Groat sees it, over one or more RPC endpoints or over the sandbox. Every call may be repeated. Failure:
 * `rpc-failed` (nothing is known then), `address-invalid` for a text that is no address or signature.
 */
export interface Chain {
  /** Kept for life: decimals and program of a mint never change. Rejects what is no mint of SPL Token or Token-2022. */
  mint(mint: string): Promise<MintFacts>;
  /** From memory while it is fresh, so that a payment needs no round trip. Any answer has at least half its life before it. */
  recentBlockhash(): Promise<RecentBlockhash>;
  /** The lowest finalized height and slot over all endpoints; rejects when any does not answer. */
  finalized(): Promise<{ readonly height: bigint; readonly slot: bigint }>;
  /** Null: not (yet) there at `confirmed`. */
  transaction(signature: string): Promise<LandedTransaction | null>;
  /** All that names the account after `until`, oldest first, at `confirmed`. */
  history(account: string, until: string | null): Promise<readonly HistoryEntry[]>;
  /** As `history`, but finalized, at or after `minContextSlot`, and what any endpoint knows; rejects when one does not answer. */
  finalizedHistory(account: string, until: string | null, minContextSlot: bigint): Promise<readonly HistoryEntry[]>;
  /** Atomic units; null when there is no such account. */
  tokenBalance(tokenAccount: string): Promise<bigint | null>;
  /** Lamports. */
  solBalance(address: string): Promise<bigint>;
  /** Without checking signatures, so that a payment can be tried before the fee payer has signed. */
  simulate(wire: Uint8Array): Promise<SimulationOutcome>;
  /**
   * Sends a fully signed transaction and answers its signature, which says nothing about its fate. The same bytes may be
   * sent again. Rejection does not mean that it will not land: look at `status`.
   */
  send(wire: Uint8Array): Promise<string>;
  /** Null: no endpoint that was asked knows it. */
  status(signature: string): Promise<TransactionStatus | null>;
  endpoints(): readonly EndpointHealth[];
  /** Looks at every endpoint at once, in the order of preference. Takes a few seconds at most and never rejects. */
  pulses(): Promise<readonly EndpointPulse[]>;
  /** Breaks off what is under way. */
  stop(): Promise<void>;
}

export interface ChainParts {
  readonly failover: Failover;
  readonly clock: Clock;
  readonly log: LogSink;
  readonly endpoints: () => readonly EndpointHealth[];
  readonly pulses: () => Promise<readonly EndpointPulse[]>;
  readonly stop: () => Promise<void>;
}

/** Mints come from offers, so their number is not ours to choose. */
const maxMints = 1_000;

export function createChain({ failover, clock, log, endpoints, pulses, stop }: ChainParts): Chain {
  const mints = new Map<string, MintFacts>();

  const account = async (text: string): Promise<AccountBytes | null> => {
    const address = toAddress(text);
    return failover.first('getAccountInfo', () => async (rpc, limit) => {
      const answer: unknown = await rpc
        .getAccountInfo(address, { encoding: 'base64', commitment: 'confirmed' })
        .send(limit());
      const { value } = accountAnswer.parse(answer);
      return value && { owner: value.owner, data: Buffer.from(value.data[0], 'base64') };
    });
  };

  const recentBlockhash = createBlockhashCache(
    clock,
    () =>
      failover.first('getLatestBlockhash', () => async (rpc, limit) => {
        const answer: unknown = await rpc.getLatestBlockhash({ commitment: 'confirmed' }).send(limit());
        return blockhashAnswer.parse(answer).value;
      }),
    (error) => log.warn('blockhash could not be refreshed', { error }),
  );

  return {
    async mint(text) {
      const known = mints.get(text);
      if (known !== undefined) return known;
      const found = await account(text);
      const facts = found && readMint(found);
      if (facts === null) throw wrongAccount(`${text} is no mint of a known token program`);
      if (mints.size >= maxMints) mints.clear();
      mints.set(text, facts);
      return facts;
    },

    recentBlockhash,

    async finalized() {
      const answers = await failover.every('getEpochInfo', async (rpc, limit) => {
        const answer: unknown = await rpc.getEpochInfo({ commitment: 'finalized' }).send(limit());
        return epochAnswer.parse(answer);
      });
      return { height: lowest(answers.map((a) => a.blockHeight)), slot: lowest(answers.map((a) => a.absoluteSlot)) };
    },

    async transaction(text) {
      const signature = toSignature(text);
      return failover.first('getTransaction', () => async (rpc, limit) => {
        const options = { commitment: 'confirmed', encoding: 'base64', maxSupportedTransactionVersion: 0 } as const;
        const answer: unknown = await rpc.getTransaction(signature, options).send(limit());
        const found = transactionAnswer.parse(answer);
        return found && readLandedTransaction(text, found);
      });
    },

    async history(text, until) {
      const query = {
        account: toAddress(text),
        until: until === null ? null : toSignature(until),
        commitment: 'confirmed',
        minContextSlot: null,
      } as const;
      return failover.first('getSignaturesForAddress', () => (rpc, limit) => readHistory(rpc, limit, query));
    },

    async finalizedHistory(text, until, minContextSlot) {
      const query = {
        account: toAddress(text),
        until: until === null ? null : toSignature(until),
        commitment: 'finalized',
        minContextSlot,
      } as const;
      return unionOf(await failover.every('getSignaturesForAddress', (rpc, limit) => readHistory(rpc, limit, query)));
    },

    async tokenBalance(text) {
      const found = await account(text);
      if (found === null) return null;
      const amount = readTokenAmount(found);
      if (amount === null) throw wrongAccount(`${text} is no token account`);
      return amount;
    },

    async solBalance(text) {
      const address = toAddress(text);
      return failover.first('getBalance', () => async (rpc, limit) => {
        const answer: unknown = await rpc.getBalance(address, { commitment: 'confirmed' }).send(limit());
        return balanceAnswer.parse(answer).value;
      });
    },

    async simulate(wire) {
      const text = encodeWire(wire);
      return failover.first('simulateTransaction', () => async (rpc, limit) => {
        const options = {
          commitment: 'confirmed',
          encoding: 'base64',
          sigVerify: false,
          replaceRecentBlockhash: false,
        } as const;
        const answer: unknown = await rpc.simulateTransaction(text, options).send(limit());
        const { err, logs, unitsConsumed } = simulationAnswer.parse(answer).value;
        return { error: transactionErrorText(err), units: unitsConsumed ?? null, logs: logs ?? [] };
      });
    },

    async send(wire) {
      const text = encodeWire(wire);
      const signature = idOf(wire);
      return failover.first('sendTransaction', (isRepeat) => async (rpc, limit) => {
        const options = { encoding: 'base64', skipPreflight: true, preflightCommitment: 'confirmed' } as const;
        try {
          const answer: unknown = await rpc.sendTransaction(text, options).send(limit());
          if (answer !== signature) throw new TypeError('the answer is about another transaction');
        } catch (error) {
          // The try before this one has landed, only its answer was lost.
          if (!(isRepeat && isAlreadyProcessed(error))) throw error;
        }
        return signature;
      });
    },

    async status(text) {
      const signature = toSignature(text);
      return failover.first('getSignatureStatuses', () => async (rpc, limit) => {
        const answer: unknown = await rpc
          .getSignatureStatuses([signature], { searchTransactionHistory: true })
          .send(limit());
        const [found] = statusAnswer.parse(answer).value;
        if (found === null) return null;
        const confirmed = found.confirmationStatus === 'confirmed' || found.confirmationStatus === 'finalized';
        return { confirmed, error: transactionErrorText(found.err) };
      });
    },

    endpoints,
    pulses,
    stop,
  };
}

function lowest(values: readonly bigint[]): bigint {
  return values.reduce((low, value) => (value < low ? value : low));
}

function toSignature(text: string): Signature {
  if (!isSignature(text)) throw new GroatError('address-invalid', { text });
  return text;
}

function wrongAccount(problem: string): GroatError {
  return new GroatError('rpc-failed', { method: 'getAccountInfo', problem });
}
