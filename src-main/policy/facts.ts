import type { Atomic, HardCeilings } from '../../src-shared/model/index.ts';
import type { Chain } from './delegation-chain.ts';
import type { Judged as LawJudged } from './law/index.ts';
import type { Role } from './roles.ts';

/** What was spent under one delegation: committed in the window that ends now, and all that is still open. */
export interface Usage {
  readonly minute: bigint;
  readonly minuteCount: number;
  readonly hour: bigint;
  /** 24 hours. */
  readonly day: bigint;
  /** 30 days. */
  readonly month: bigint;
  readonly total: bigint;
  readonly totalCount: number;
}

/** All that a decision depends on, besides the request. Gathered in the transaction that writes the reservation. */
export interface Facts {
  readonly now: number;
  /** Why our own books or rules are not to be trusted at the moment; null when they are. */
  readonly suspect: {
    readonly reason: 'books-suspect' | 'policy-unreadable' | 'owner-missing';
    readonly why: string;
  } | null;
  /** All, or the agent that is paused: the one that asks, or one that it has its delegation from. */
  readonly paused: { readonly agent: string | null } | null;
  readonly agentLive: boolean;
  readonly chain: Chain;
  /** By the delegation's subject, one for each link of the chain. */
  readonly usage: ReadonlyMap<string, Usage>;
  readonly ceilings: HardCeilings | null;
  /** Free in the ledger. */
  readonly available: bigint;
  /** The role of each agent in the chain, own first; null where the delegation names one that there is not. */
  readonly roles: readonly { readonly agent: string; readonly name: string; readonly role: Role | null }[];
  /** The strictest of what it says about the agent and about those that it has its delegation from. */
  readonly law: LawJudged;
  /** 0 to 1 000 000. */
  readonly trust: number;
  /** The scope of a breaker that lets nothing through. */
  readonly brokenScope: string | null;
  /** How often this very request was made within a minute. */
  readonly repeats: number;
  /** What this method and URL cost the last time it was paid. */
  readonly lastPrice: Atomic | null;
  readonly knownPayee: boolean;
  readonly knownOrigin: boolean;
}
