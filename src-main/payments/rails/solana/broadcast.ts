import { setTimeout as delay } from 'node:timers/promises';
import { type Denied, formatDecimal, parseDecimal, sol } from '../../../../src-shared/model/index.ts';
import type { CheckpointReached } from '../../../base/checkpoint.ts';
import type { Clock } from '../../../base/clock.ts';
import type { LogSink } from '../../../base/log-sink.ts';
import type { Chain } from '../../../chain/index.ts';
import type { Authorization } from '../../../policy/index.ts';
import { type OrderSearch, type Orders, type PreparedTransfer, sentByUs } from '../../../wallet/index.ts';

/** How a transfer that we sent ourselves ended. The order has been told nothing but `submitting`; the rest is its owner's. */
export type Broadcasted =
  | { readonly kind: 'confirmed'; readonly signature: string }
  /** It was executed and failed: no money moved but the fee. */
  | { readonly kind: 'failed'; readonly signature: string; readonly why: string }
  /** Sent, and not seen yet: it counts as spent until the chain says that it can no longer land. */
  | { readonly kind: 'unknown'; readonly signature: string; readonly why: string };

/** A transfer that is signed, was tried, and waits for its one `send`. */
export interface ReadyTransfer {
  /** Whose money it is. */
  readonly payer: string;
  /**
   * Writes `submitting` durably, sends, and waits until the chain shows it, half a minute at most. Rejects only when no byte has
   * left: the caller then says `abandoned` to the order. Once.
   */
  send(): Promise<Broadcasted>;
  /** It will not be sent; nothing after `send`. */
  drop(): void;
}

/** Buyer's side of the Solana rail where the buyer sends: open402, and packages of prepaid credit. */
export interface Broadcast {
  /**
   * Signs the one transfer that the authorization allows, with this memo, and tries it on the chain without its signatures. A
   * refusal has released what was reserved; so has a rejection.
   */
  prepare(authorization: Authorization, orderId: string, memo: string): Promise<Denied | ReadyTransfer>;
}

/** At once, every 250 ms for 2 s, then every second, up to 30 s: as sellers wait (x402 reference, section 8). */
const pollDelaysMs = [0, ...Array<number>(8).fill(250), ...Array<number>(28).fill(1000)];
/** Two signatures and the one lamport of priority that our transfers offer. */
const feeLamports = 10_001n;
/** Sellers choose how often we pay them: what that costs us in SOL has an end that is ours. */
const feesPerDay = parseDecimal('0.01', sol.decimals);
const dayMs = 24 * 3600 * 1000;

export interface BroadcastDeps {
  readonly orders: Pick<Orders, 'prepareOwn' | 'report'>;
  readonly search: Pick<OrderSearch, 'look'>;
  readonly chain: Pick<Chain, 'send' | 'status' | 'simulate' | 'solBalance'>;
  /** Addresses of ours. */
  readonly spender: string;
  readonly feePayer: string;
  readonly clock: Clock;
  readonly log: LogSink;
  readonly reached: CheckpointReached;
}

export function createBroadcast(deps: BroadcastDeps): Broadcast {
  const { orders, chain, spender, feePayer, log, reached } = deps;
  const fees = createFeeMeter(deps);

  const trial = async (unsigned: Uint8Array, isCovered: boolean): Promise<Denied | null> => {
    if (!isCovered) {
      const limit = formatDecimal(feesPerDay, sol.decimals);
      return insufficient(`Groat spends at most ${limit} SOL a day on sending transfers, and that is used up.`);
    }
    const lamports = await chain.solBalance(feePayer);
    if (lamports < feeLamports) {
      const held = formatDecimal(lamports, sol.decimals);
      return insufficient(`Groat’s own fee payer ${feePayer} has ${held} SOL, too little to send this transfer.`);
    }
    const { error } = await chain.simulate(unsigned);
    if (error === null) return null;
    const detail = `The transfer would fail on the chain (${error}); the payee may have no token account.`;
    return { kind: 'denied', reason: 'offer-unsupported', detail };
  };

  /** Null: the chain does not show it yet. */
  const lookUp = async (signature: string): Promise<Broadcasted | null> => {
    const status = await chain.status(signature);
    if (status === null || !status.confirmed) return null;
    return status.error === null
      ? { kind: 'confirmed', signature }
      : { kind: 'failed', signature, why: `the transfer failed on the chain (${status.error})` };
  };

  const sendAndWait = async (wire: Uint8Array, signature: string): Promise<Broadcasted> => {
    for (const [round, waitMs] of pollDelaysMs.entries()) {
      if (waitMs > 0) await delay(waitMs);
      // The same bytes again: on a busy chain the first ones are easily dropped, and they land only once.
      if (round % 8 === 0) {
        await chain
          .send(wire)
          .catch((error) => log.warn('send was not acknowledged; looking it up', { signature, error }));
        if (round === 0) reached('broadcast');
      }
      const found = await lookUp(signature).catch((error) => {
        log.warn('transfer could not be looked up yet', { signature, error });
        return null;
      });
      if (found !== null) return found;
    }
    return { kind: 'unknown', signature, why: 'the chain did not confirm the transfer in half a minute' };
  };

  const ready = (prepared: PreparedTransfer): ReadyTransfer => {
    let unsent = true;
    const drop = (): void => {
      if (unsent) fees.giveBack();
      unsent = false;
    };
    return {
      payer: spender,
      drop,
      async send() {
        const { wire, signature } = await prepared.submit().catch((error) => {
          drop();
          throw error;
        });
        unsent = false;
        return sendAndWait(wire, signature);
      },
    };
  };

  return {
    async prepare(authorization, orderId, memo) {
      const prepared = await orders.prepareOwn(authorization, { feePayer, memo });
      let refused: Denied | null;
      let taken = false;
      try {
        const isCovered = await fees.take();
        taken = true;
        refused = await trial(prepared.unsigned, isCovered);
      } catch (error) {
        if (taken) fees.giveBack();
        await orders.report(orderId, { kind: 'abandoned', why: 'it could not be tried on the chain' });
        throw error;
      }
      if (refused === null) return ready(prepared);
      fees.giveBack();
      await orders.report(orderId, { kind: 'abandoned', why: refused.detail });
      return refused;
    },
  };
}

const insufficient = (detail: string): Denied => ({ kind: 'denied', reason: 'insufficient-funds', detail });

/** What transfers of our own cost in the last 24 hours, those of an earlier process included: an upper bound. */
function createFeeMeter({ search, clock }: Pick<BroadcastDeps, 'search' | 'clock'>) {
  let sentAt: number[] = [];
  let seeded: Promise<void> | null = null;

  const seed = async (): Promise<void> => {
    const startedAt = clock.now();
    const filter = { text: null, agent: null, states: null, from: startedAt - dayMs, until: startedAt };
    let before: number | null = null;
    do {
      const found = search.look(filter, { before, limit: 1000 });
      const own = found.orders.filter(
        ({ dialect, life }) => sentByUs(dialect) && 'payment' in life && life.payment !== null,
      );
      sentAt.push(...own.map(({ createdAt }) => createdAt));
      before = found.next;
      // A day of a busy desk is many thousand orders: others get their turn.
      await new Promise((resolve) => setImmediate(resolve));
    } while (before !== null && BigInt(sentAt.length) * feeLamports < feesPerDay);
  };

  return {
    /** Counts one more; false where that is one too many. Every `take` is given back where nothing was sent after all. */
    async take(): Promise<boolean> {
      // What was counted of a search that broke off is counted again: too much rather than too little.
      seeded ??= seed().catch((error) => {
        seeded = null;
        throw error;
      });
      await seeded;
      const now = clock.now();
      sentAt = sentAt.filter((at) => at > now - dayMs);
      sentAt.push(now);
      return BigInt(sentAt.length) * feeLamports <= feesPerDay;
    },
    giveBack(): void {
      sentAt.pop();
    },
  };
}
