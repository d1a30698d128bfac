import type { CallOutcome } from '../../src-shared/contract/index.ts';
import type { ShopPlan } from './shop-plan.ts';

export { shopPlanSchema } from './shop-plan.ts';

/** The shops there are. Each row under a MAC, each change in the log. */
export interface ShopBook {
  /** By name. `altered`: somebody else wrote that row, or put back an older one; it must not be opened. */
  load(): readonly (
    | { readonly kind: 'plan'; readonly plan: ShopPlan }
    | { readonly kind: 'altered'; readonly name: string; readonly why: string }
  )[];
  /** Durable when it resolves. */
  put(plan: ShopPlan): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Our facilitator for other sellers, as the owner switched it on. */
export interface FacilitatorSwitch {
  /** The port it had last; 0 before it was ever opened. */
  readonly port: number;
  /** Hex SHA-256 of the token. */
  readonly tokenHash: string;
  /** SOL, decimal. */
  readonly solPerDay: string;
  readonly perMinute: number;
}

/** Keeps it as `ShopBook` keeps shops. */
export interface FacilitatorBook {
  /** Null: it is off. */
  load():
    | { readonly kind: 'on'; readonly wish: FacilitatorSwitch }
    | { readonly kind: 'altered'; readonly why: string }
    | null;
  /** Null switches it off. Durable when it resolves. */
  put(wish: FacilitatorSwitch | null): Promise<void>;
}

export interface DayCalls {
  /** Days since the epoch, UTC. */
  readonly day: number;
  readonly calls: Readonly<Partial<Record<CallOutcome, number>>>;
}

/** What became of requests. */
export interface CallBook {
  /** Adds up; may wait some milliseconds for another commit. */
  add(shop: string, day: number, counts: Readonly<Partial<Record<CallOutcome, number>>>): Promise<void>;
  days(shop: string, from: number): readonly DayCalls[];
}

/** A line for each request to a shop, once it is over. Must not throw. */
export interface AccessLog {
  /** `path` is the buyer's own spelling, without its query. */
  add(shop: string, method: string, path: string, status: number, outcome: CallOutcome | 'own', ms: number): void;
}

/** Credit that a shop sold ahead. */
export interface CreditRecord {
  /** Hex SHA-256 that names the credential. */
  readonly id: string;
  readonly shop: string;
  readonly form: 'groat' | 'ag402';
  readonly buyer: string;
  readonly package: string;
  readonly calls: number;
  readonly used: number;
  readonly price: bigint;
  readonly messageHash: string;
  readonly signature: string;
  readonly secretHash: string | null;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Told once, by one of its functions, which must not throw. */
export interface MoveListener {
  /**
   * True: the death of this process cannot undo it; a power cut may undo the last 10 ms. False: it would have passed a
   * bound, and nothing moved.
   */
  moved(moved: boolean): void;
  /** Nothing moved. */
  failed(error: unknown): void;
}

export interface CreditBook {
  /** Only inside a transaction of the store, such as the one of `Settlements.claimLanded`. */
  issue(credit: Omit<CreditRecord, 'used'>): void;
  get(id: string): CreditRecord | null;
  /** The credit that the transaction paid for. */
  bySignature(signature: string): CreditRecord | null;
  /**
   * Moves the counter by `calls` (negative: given back) in one statement that never passes 0 or what was sold. Many moves
   * share a commit, which comes within 10 ms.
   */
  move(id: string, calls: number, told: MoveListener): void;
  /** The moves so far are committed, and told of, before it returns; or, where more than moves waits, right after this turn. */
  hurry(): void;
  sums(
    shop: string,
    now: number,
  ): { readonly packages: number; readonly callsSold: number; readonly callsLeft: number };
}
