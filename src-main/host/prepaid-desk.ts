import { toAgentName } from '../../src-shared/model/index.ts';
import type { TargetGuard } from '../base/http/target-guard.ts';
import {
  type Broadcast,
  createOwnTransfers,
  createPackageBuyer,
  createPrepaidPurse,
  createRenewals,
  createSellerLine,
  type OriginSecretBook,
  type OriginSecrets,
  type PackageBuyer,
  type PrepaidPurse,
  refuseByRequest,
} from '../payments/index.ts';
import type { Sealed } from '../store/index.ts';
import type { Orders } from '../wallet/index.ts';
import type { Books } from './open-books.ts';
import type { OpenChain } from './open-chain.ts';
import type { StopStack } from './stop-stack.ts';
import type { Surroundings } from './surroundings.ts';

/** The buyer's side of prepaid credit, and the owner's API keys. */
export interface PrepaidDesk {
  /** For the payer. */
  readonly purse: PrepaidPurse;
  readonly keys: OriginSecrets;
  readonly buyer: PackageBuyer;
  /** Sees through what an earlier run left open, and from then on looks every half a minute. */
  start(): void;
  readonly credits: Sealed['credits'];
  readonly secrets: OriginSecretBook;
  /** An API key goes to no origin that could be read on the way: https, this machine, or one of the owner's list. */
  maySend(url: URL): boolean;
  /** Credit was bought, used or changed. The answer ends it. */
  onChanged(listener: () => void): () => void;
  /** To be said after a change by somebody else. */
  changed(): void;
}

const roundMs = 30_000;
/** For what is asked for before any agent has said anything: no address depends on who asks. */
const ownAgent = toAgentName('cli');

export function openPrepaid(
  { clock, random, log, reached }: Surroundings,
  { network }: OpenChain,
  { store, sealed, signer, reconcile, underWay, authority }: Books,
  parts: {
    readonly broadcast: Broadcast;
    readonly orders: Orders;
    /** Asked at each question: the ports that are ours come and go. */
    readonly guard: () => TargetGuard;
    readonly leftMs: () => number;
  },
  stops: StopStack,
): PrepaidDesk {
  const { credits, purchases, secrets } = sealed;
  const { gate, httpOrigins } = authority;
  const { broadcast, orders, guard, leftMs } = parts;
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const now = store.now;
  const refuseUrl = (url: URL) =>
    refuseByRequest({ agent: ownAgent, method: 'POST', url, rawHeaders: [] }, httpOrigins(), () => false);
  const buyer = createPackageBuyer({
    network,
    spender: signer.addresses.spender,
    line: createSellerLine({ resolve: (name, port) => guard().resolve(name, port), forbids: () => null }),
    refuseUrl,
    gate,
    orders,
    orderStore: store.orders,
    transfers: createOwnTransfers({ broadcast, orders, reconcile, log }),
    underWay,
    purchases,
    credits,
    now,
    clock,
    random,
    log,
    reached,
    changed,
  });
  const renewals = createRenewals({ buyer, credits, purchases, now, log });
  const purse = createPrepaidPurse({
    network,
    gate,
    credits,
    now,
    random,
    log,
    changed: (credit) => {
      renewals.look(credit);
      changed();
    },
  });
  let looking: NodeJS.Timeout | null = null;
  stops.push('prepaid', async () => {
    if (looking !== null) clearInterval(looking);
    await Promise.all([renewals.stop(), buyer.stop(leftMs())]);
  });
  return {
    purse,
    keys: {
      for: (origin, agent) => {
        const url = URL.parse(origin);
        return url === null || refuseUrl(url) !== null ? null : secrets.for(origin, agent);
      },
    },
    buyer,
    start() {
      const look = (): void => {
        void buyer.tick();
        renewals.lookAtAll();
      };
      looking = setInterval(look, roundMs).unref();
      look();
    },
    credits,
    secrets,
    maySend: (url) => refuseUrl(url) === null,
    onChanged(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    changed,
  };
}
