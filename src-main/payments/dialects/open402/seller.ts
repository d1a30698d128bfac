import { setTimeout as delay } from 'node:timers/promises';
import { isAddress, isSignature } from '@solana/kit';
import type { Network } from '../../../../src-shared/model/index.ts';
import type { Clock } from '../../../base/clock.ts';
import type { LogSink } from '../../../base/log-sink.ts';
import type { Chain, LandedTransaction } from '../../../chain/index.ts';
import type { Demands } from '../../demand.ts';
import { transferBreaks } from '../../rails/solana/landed-transfer.ts';
import type { Admission, Presented, Quote } from '../../seller.ts';
import type { Spoken } from '../../spoken.ts';
import { memoOf, type Open402Proof, parseProof } from './codec.ts';

/** Older transfers pay for nothing: what a seller forgot, nobody can present again. */
const maxAgeMs = 300_000;
/** A chain that answers late must not burn a payment. */
const lookUpMs = 5_000;
const lookEveryMs = 250;
/** Proofs that wait at once; each keeps a place in its shop, and made-up ones cost nothing. Beyond them the chain is asked once. */
const maxWaiting = 32;
/** ag402's own numbers (its reference, section 9). */
const windowSeconds = 30;
const maxNonceLength = 128;
const nonceLifeMs = 60_000;
/** The oldest go when there are more: each transfer is used once, whatever its nonce. */
const maxNonces = 10_000;

type Problem = Extract<Admission, { kind: 'problem' }>;

/** A transfer that holds every rule and is still to be claimed. */
export interface Proven {
  readonly kind: 'proven';
  readonly proof: Open402Proof;
  readonly landed: LandedTransaction;
}

export interface Open402Desk {
  /** The proof in form, with its replay fields: what needs no chain. */
  read(value: string, presented: Presented): Open402Proof | Problem;
  /** Looks the transfer up; waits some seconds for a chain that does not show it yet. */
  prove(quote: Quote, proof: Open402Proof): Promise<Proven | Problem>;
}

/**
 * Verifies what ag402 does not (its reference, section 11): age, exact amount, payer and memo. What remains weak is the
 * dialect itself: the buyer makes the request id up, so whoever sees the transfer first can present it.
 */
export function createOpen402Desk(deps: {
  readonly network: Network;
  readonly chain: Pick<Chain, 'transaction'>;
  readonly clock: Clock;
  readonly log: LogSink;
}): Open402Desk {
  const { network, chain, clock, log } = deps;
  const nonces = new Map<string, number>();
  let waiting = 0;

  const replayProblem = ({ timestamp, nonce }: Presented): string | null => {
    const [stamp] = timestamp;
    if (stamp !== undefined) {
      const seconds = /^\d{1,12}(\.\d{1,9})?$/.test(stamp) ? Number(stamp) : Number.NaN;
      if (Number.isNaN(seconds)) return 'Invalid timestamp format';
      const age = clock.now() / 1000 - seconds;
      if (age > windowSeconds) return `Request too old (${age.toFixed(1)}s > ${windowSeconds}s window)`;
      if (age < -windowSeconds) return `Request timestamp is in the future (${(-age).toFixed(1)}s ahead)`;
    }
    const [once] = nonce;
    if (once === undefined) return null;
    if (once.length > maxNonceLength) return `Nonce too long (${once.length} > ${maxNonceLength})`;
    return isNew(once) ? null : 'Duplicate nonce (possible replay)';
  };

  const isNew = (nonce: string): boolean => {
    const now = clock.monotonic();
    const seen = nonces.get(nonce);
    if (seen !== undefined && now - seen < nonceLifeMs) return false;
    nonces.delete(nonce);
    nonces.set(nonce, now);
    const oldest = nonces.keys().next();
    if (nonces.size > maxNonces && !oldest.done) nonces.delete(oldest.value);
    return true;
  };

  const look = (txHash: string): Promise<LandedTransaction | null> =>
    chain.transaction(txHash).catch((error) => {
      log.warn('a transfer could not be looked up yet', { signature: txHash, error });
      return null;
    });

  const lookUp = async (txHash: string): Promise<LandedTransaction | null> => {
    const until = clock.monotonic() + lookUpMs;
    let found = await look(txHash);
    if (found !== null || waiting >= maxWaiting) return found;
    waiting += 1;
    try {
      while (found === null && clock.monotonic() < until) {
        await delay(lookEveryMs);
        found = await look(txHash);
      }
    } finally {
      waiting -= 1;
    }
    return found;
  };

  return {
    read(value, presented) {
      const { timestamp, nonce } = presented;
      if (timestamp.length > 1 || nonce.length > 1) return replayRejected('More than one timestamp or nonce');
      const proof = parseProof(value);
      if (proof === null) return notVerified('Invalid x402 authorization format');
      const { txHash, chain: name, payerAddress, requestId } = proof;
      if (name !== 'solana') return notVerified('chain must be solana');
      if (!isSignature(txHash)) return notVerified('tx_hash is no Solana signature');
      if (!isAddress(payerAddress)) return notVerified('payer_address is required');
      if (!/^[A-Za-z0-9_-]{1,128}$/.test(requestId)) return notVerified('request_id is required');
      const replayed = replayProblem(presented);
      return replayed === null ? proof : replayRejected(replayed);
    },
    async prove({ payTo, amount }, proof) {
      const landed = await lookUp(proof.txHash);
      if (landed === null) return notVerified('Payment not confirmed on-chain');
      const broken = transferBreaks(
        landed,
        {
          asset: network.usdc.mint,
          tokenProgram: network.tokenProgram,
          payTo,
          payer: proof.payerAddress,
          amount,
          memo: memoOf(proof.requestId),
          maxAgeMs,
        },
        clock.now(),
      );
      return broken === null ? { kind: 'proven', proof, landed } : notVerified(`Verification error: ${broken}`);
    },
  };
}

export function open402Spoken(demands: Demands): Spoken {
  return {
    dialect: 'open402',
    refused: (quote, code) => demands.demand(quote, code),
    unsettled: (quote, code) => demands.demand(quote, code),
    settled: () => [],
  };
}

function notVerified(detail: string): Problem {
  return {
    kind: 'problem',
    status: 403,
    code: 'payment-verification-failed',
    title: 'Payment verification failed',
    detail,
  };
}

function replayRejected(detail: string): Problem {
  return { kind: 'problem', status: 403, code: 'replay-rejected', title: 'Replay rejected', detail };
}
