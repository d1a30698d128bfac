import { GroatError } from '../../src-shared/errors/index.ts';
import type { Denied } from '../../src-shared/model/index.ts';
import type { Intent, Reservations } from './ports.ts';
import { decideSpend } from './spend-limits.ts';

declare const brand: unique symbol;

/**
 * Leave to make one payment, once. Only `authorize` mints one; it says nothing by itself, and what it allows is kept here,
 * frozen, so that no look-alike and no change to the caller's own object can widen it.
 */
export interface Authorization {
  readonly [brand]: true;
}

const minted = new WeakMap<Authorization, Intent>();

function mint(intent: Intent): Authorization {
  const authorization = Object.freeze({}) as Authorization;
  minted.set(authorization, Object.freeze({ ...intent }));
  return authorization;
}

/** What the authorization allows; it is used up by this. Throws `signer-refused` for a second use or anything not minted here. */
export function redeem(authorization: Authorization): Intent {
  const intent = minted.get(authorization);
  if (intent === undefined) throw new GroatError('signer-refused', { rule: 'there is no authorization for it' });
  minted.delete(authorization);
  return intent;
}

export type Authorized = Denied | { readonly kind: 'granted'; readonly authorization: Authorization };

/** The one gate to money. On granted the reservation is durable; on denied nothing was written. */
export async function authorize(intent: Intent, reservations: Reservations): Promise<Authorized> {
  const denied = await reservations.reserve(intent, (facts) => decideSpend(intent, facts));
  return denied ?? { kind: 'granted', authorization: mint(intent) };
}
