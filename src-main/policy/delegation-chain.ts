import type { RefusalReason } from '../../src-shared/model/index.ts';
import { type Delegation, desk } from './terms.ts';

/** How often a delegation may be handed on below the one that the owner gave. */
export const maxDepth = 3;

export type Chain =
  /** Own first, the desk's last. Every one of them must permit the action, and every one's limits apply. */
  | { readonly kind: 'chain'; readonly links: readonly Delegation[] }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly detail: string };

/**
 * The delegation of an agent with all that stand above it. Nothing in it is taken at its word: each parent is looked up, so
 * that one that was revoked, has run out or is gone ends everything below it at once.
 */
export function chainOf(delegations: ReadonlyMap<string, Delegation>, agent: string, now: number): Chain {
  const links: Delegation[] = [];
  let subject: string | null = agent;
  while (subject !== null) {
    // The owner's own gift is depth 0, so a chain has at most that, three more, and the desk.
    if (links.length > maxDepth + 1) {
      return refused('delegation-too-deep', `What ${agent} may do was handed on more than ${maxDepth} times.`);
    }
    const link: Delegation | undefined = delegations.get(subject);
    if (link === undefined) return refused('delegation-missing', `${who(subject)} has no delegation.`);
    const dead = whyDead(link, now);
    if (dead !== null) return dead;
    const below = links.at(-1);
    // Who got a new delegation after it was revoked has not handed on again what it handed on before.
    if (below !== undefined && below.createdAt < link.createdAt)
      return refused('delegation-revoked', `The delegation that ${below.subject} had a part of was revoked.`);
    links.push(link);
    subject = link.parent;
  }
  if (links.at(-1)?.subject === desk) return { kind: 'chain', links };
  return refused('delegation-missing', `What ${agent} may do does not come from the owner.`);
}

function whyDead({ subject, terms, revokedAt }: Delegation, now: number): Chain | null {
  if (revokedAt !== null) return refused('delegation-revoked', `The delegation of ${who(subject)} was revoked.`);
  if (now < terms.validFrom)
    return refused('delegation-not-yet-valid', `The delegation of ${who(subject)} is not valid yet.`);
  if (terms.validUntil !== 'open' && now >= terms.validUntil)
    return refused('delegation-expired', `The delegation of ${who(subject)} has run out.`);
  return null;
}

export const who = (subject: string): string => (subject === desk ? 'the desk' : subject);

const refused = (reason: RefusalReason, detail: string): Chain => ({ kind: 'refused', reason, detail });
