import { isClosed } from '../../src-shared/model/index.ts';
import type { CheckpointReached } from '../base/checkpoint.ts';
import type { Clock } from '../base/clock.ts';
import type { LogSink } from '../base/log-sink.ts';
import { applyEvent, feeOfOrder, outside } from './ledger.ts';
import type { UnderWay } from './orders.ts';
import type { ChainView, OrderRecord, OrderStore, Purse, StatementStore } from './ports.ts';

/**
 * Keeps the books true to the chain. Every transaction of our own token account is read once and either pays an order
 * or is money from outside; an order that can no longer land is released.
 */
export interface Reconcile {
  /** At start, before any request is served: what was interrupted becomes `released` or `unknown`, then one `tick`. */
  recover(): Promise<void>;
  /** One round. Never throws: what the chain does not answer stays open and is asked again. */
  tick(): Promise<void>;
  /** Looks now whether an order landed. `claimed` is the transaction id the seller told, which is not believed but looked up. */
  confirm(orderId: string, claimed: string | null): Promise<void>;
  /** Reads what is new on our account now. */
  look(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

/** Between rounds while an order is open; and how often an idle wallet looks for deposits. */
const openIntervalMs = 2_000;
const idleIntervalMs = 15_000;
/** A delivered order whose transfer has not been seen for so long is shown as `unknown`. */
const unseenAfterMs = 30_000;

export function createReconcile(deps: {
  readonly purse: Purse;
  readonly orders: OrderStore;
  readonly statement: StatementStore;
  readonly underWay: UnderWay;
  readonly chain: ChainView;
  readonly clock: Clock;
  readonly log: LogSink;
  /** Spending is to stop until the owner has looked. */
  readonly suspect: (why: string) => void;
  readonly reached: CheckpointReached;
}): Reconcile {
  const { purse, orders, statement, underWay, chain, clock, log, suspect, reached } = deps;
  const account = purse.tokenAccount;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let lastWalkAt = Number.NEGATIVE_INFINITY;
  let stopped = false;
  let failing = false;
  const confirming = new Set<Promise<void>>();

  /** False when the chain does not (yet) show the transaction, or when a seller claimed one that is none of ours. */
  const readLine = async (signature: string, claimed = false): Promise<boolean> => {
    if (statement.isKnown(signature)) return true;
    const landed = await chain.transaction(signature);
    if (landed === null) return false;
    const own = landed.tokenDeltas.find((line) => line.account === account);
    if (claimed && own === undefined) return false;
    reached('landed');
    const failed = landed.error !== null && landed.error !== undefined;
    const delta = failed ? 0n : (own?.delta ?? 0n);
    const line = {
      signature,
      slot: landed.slot,
      asset: purse.asset.mint,
      delta,
      messageHash: landed.messageHash,
      signatures: landed.signatures,
    };
    await statement.record(line, (order, available) => {
      const change = order === null || failed ? null : applyEvent(order, { kind: 'landed', signature });
      const unexplained = delta + (change === null || order === null ? 0n : order.amount);
      const fee = order === null ? [] : feeOfOrder(order, landed.feeLamports);
      if (unexplained === 0n) return { change, entries: fee };
      if (unexplained < 0n) {
        log.error('money left the wallet without an open order; somebody else may have its key', {
          signature,
          amount: -unexplained,
          order: order?.id,
        });
        suspect(
          'money left the wallet that no order explains: an older copy of the books, or somebody else has its key',
        );
      }
      // Never below what is free: the rest is set aside for orders that may still land.
      const free = unexplained < -available ? -available : unexplained;
      return { change, entries: [...fee, ...outside(purse.asset.mint, free)] };
    });
    reached('statement-recorded');
    return true;
  };

  /** Reads everything new on our account, oldest first, and moves the cursor only over what was read without a gap. */
  const walk = async (): Promise<void> => {
    const before = statement.cursor(account);
    let cursor = before;
    for (const entry of await chain.history(account, before)) {
      if (!(await readLine(entry.signature))) break;
      cursor = entry.signature;
    }
    if (cursor !== null && cursor !== before) await statement.setCursor(account, cursor);
  };

  /** The release rule of the architecture page: finalized height past our own lifetime, and a finalized search finds nothing. */
  const releaseExpired = async (): Promise<void> => {
    const waiting = orders.unclosed().filter(canStillLand);
    if (waiting.length === 0) return;
    const { height, slot } = await chain.finalized();
    const expired = waiting.filter((order) => lifetimeOf(order) < height);
    const [oldest] = expired;
    if (oldest === undefined) return;
    const since = statement.lastBefore(oldest.createdAt);
    for (const entry of await chain.finalizedHistory(account, since, slot)) {
      if (!(await readLine(entry.signature))) return;
    }
    for (const order of expired) {
      await orders.change(order.id, (current) =>
        canStillLand(current)
          ? applyEvent(current, { kind: 'expired', why: 'it can no longer land on the chain' })
          : null,
      );
      reached('released');
    }
  };

  const doubtUnseen = async (): Promise<void> => {
    for (const order of orders.unclosed()) {
      if (order.life.state !== 'delivering' || order.life.landed !== null) continue;
      if (clock.now() - order.updatedAt < unseenAfterMs) continue;
      await orders.change(order.id, (current) =>
        current.life.state === 'delivering' && current.life.landed === null
          ? applyEvent(current, { kind: 'lost', why: 'the seller answered, but the chain does not show the payment' })
          : null,
      );
    }
  };

  /** What nobody works on any more: after a crash, or because its last report could not be written. */
  const adoptOrphans = async (why: string): Promise<void> => {
    for (const { id } of orders.unclosed()) {
      if (underWay.has(id)) continue;
      await orders.change(id, (order) => {
        const { life } = order;
        if (life.state === 'reserved') return applyEvent(order, { kind: 'abandoned', why });
        const unanswered = life.state === 'submitting' || life.state === 'submitted';
        const broken = life.state === 'delivering' && life.delivery === 'open';
        return unanswered || broken ? applyEvent(order, { kind: 'lost', why }) : null;
      });
    }
  };

  const round = async (): Promise<void> => {
    const open = orders.unclosed().length > 0;
    if (!open && clock.monotonic() - lastWalkAt < idleIntervalMs) return;
    lastWalkAt = clock.monotonic();
    await adoptOrphans('nobody reported how it ended');
    await walk();
    await doubtUnseen();
    await releaseExpired();
  };

  const tick = async (): Promise<void> => {
    running ??= round()
      .then(
        () => {
          failing = false;
        },
        (error) => {
          // Said once, not every two seconds of an outage.
          log[failing ? 'debug' : 'warn']('reconcile could not finish; open orders stay open', { error });
          failing = true;
        },
      )
      .finally(() => {
        running = null;
      });
    await running;
  };

  /** A claim is a seller's to invent: one that cannot be looked up must not keep us from reading our own history. */
  const isOurs = (claimed: string): Promise<boolean> =>
    readLine(claimed, true).catch((error) => {
      log.debug('claimed transaction could not be looked up', { error });
      return false;
    });

  const lookFor = async (orderId: string, claimed: string | null): Promise<void> => {
    if (claimed !== null && (await isOurs(claimed))) {
      const order = orders.get(orderId);
      if (order === null || !canStillLand(order)) return;
    }
    await walk();
  };

  const schedule = (): void => {
    if (stopped) return;
    timer = setTimeout(() => void tick().then(schedule), openIntervalMs);
    timer.unref();
  };

  return {
    tick,
    look: walk,
    async recover() {
      await adoptOrphans('Groat stopped while it was under way');
      await tick();
    },
    async confirm(orderId, claimed) {
      if (stopped) return;
      const looking = lookFor(orderId, claimed).catch((error) =>
        log.warn('payment could not be looked up yet', { order: orderId, error }),
      );
      confirming.add(looking);
      await looking;
      confirming.delete(looking);
    },
    start: schedule,
    async stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await Promise.all([running, ...confirming]);
    },
  };
}

function canStillLand(order: OrderRecord): boolean {
  const { life } = order;
  return !isClosed(life) && life.state !== 'reserved' && 'landed' in life && life.landed === null;
}

function lifetimeOf(order: OrderRecord): bigint {
  return 'payment' in order.life && order.life.payment !== null ? order.life.payment.lastValidBlockHeight : 0n;
}
