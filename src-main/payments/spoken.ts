import type { Dialect } from '../../src-shared/model/index.ts';
import type { Demand, Quote } from './seller.ts';

/** How one dialect tells a buyer what became of its payment. */
export interface Spoken {
  readonly dialect: Dialect;
  /** The payment does not hold: the price again, and why. */
  refused(quote: Quote, code: string): Demand;
  /** It was taken and money did not move, or nobody knows yet. */
  unsettled(quote: Quote, code: string, transaction: string, payer: string): Demand;
  /** Flat fields that go with the answer that was paid for. */
  settled(transaction: string, payer: string): readonly string[];
}
