import type { Denied } from '../../src-shared/model/index.ts';
import type { Intent, Reservations } from './ports.ts';
import { decideSpend } from './spend-limits.ts';

/**
 * Leave to make one payment. Only `authorize` mints one, and the wallet signs for nothing else: the class stays in this
 * file, and its private field cannot be forged by a look-alike object.
 */
class MintedAuthorization {
  readonly #intent: Intent;
  constructor(intent: Intent) {
    this.#intent = intent;
  }
  get intent(): Intent {
    return this.#intent;
  }
  static isMinted(value: unknown): value is MintedAuthorization {
    return typeof value === 'object' && value !== null && #intent in value;
  }
}

export type Authorization = MintedAuthorization;

/** True only for a value that `authorize` made. */
export function isAuthorization(value: unknown): value is Authorization {
  return MintedAuthorization.isMinted(value);
}

export type Authorized = Denied | { readonly kind: 'granted'; readonly authorization: Authorization };

/** The one gate to money. On granted the reservation is durable; on denied nothing was written. */
export async function authorize(intent: Intent, reservations: Reservations): Promise<Authorized> {
  const denied = await reservations.reserve(intent, (facts) => decideSpend(intent, facts));
  return denied ?? { kind: 'granted', authorization: new MintedAuthorization(intent) };
}
