import type { DelegationView, TermsView } from '../../../src-shared/contract/index.ts';
import { compareDecimals } from '../../ui/money.ts';

export interface Branch {
  readonly agent: string;
  readonly delegation: DelegationView;
  readonly parts: readonly Branch[];
}

/** What an agent handed on, and those to whom it did, and so on down. Those that were removed are left out. */
export function handedOn(
  agent: string,
  delegations: readonly DelegationView[],
  seen: readonly string[] = [],
): Branch[] {
  if (seen.includes(agent)) return [];
  return delegations
    .filter(({ parent, revokedAt }) => parent === agent && revokedAt === null)
    .map((delegation) => ({
      agent: delegation.subject,
      delegation,
      parts: handedOn(delegation.subject, delegations, [...seen, agent]),
    }));
}

/** The strictest of what stands above an agent, in one piece; null when nothing does. */
export function strictest(above: readonly TermsView[]): TermsView | null {
  const [first, ...others] = above;
  return first === undefined ? null : others.reduce(stricter, first);
}

function stricter(a: TermsView, b: TermsView): TermsView {
  const [one, other] = [a.limits, b.limits];
  return {
    ...a,
    limits: {
      ...one,
      perPayment: smaller(one.perPayment, other.perPayment),
      perMinute: smaller(one.perMinute, other.perMinute),
      perHour: smaller(one.perHour, other.perHour),
      perDay: smaller(one.perDay, other.perDay),
      perMonth: smaller(one.perMonth, other.perMonth),
      total: smaller(one.total, other.total),
      perMinuteCount: fewer(one.perMinuteCount, other.perMinuteCount),
      totalCount: fewer(one.totalCount, other.totalCount),
    },
    origins: { ...a.origins, deny: [...new Set([...a.origins.deny, ...b.origins.deny])] },
    payees: { ...a.payees, deny: [...new Set([...a.payees.deny, ...b.payees.deny])] },
    browserRequests: a.browserRequests && b.browserRequests,
  };
}

function smaller(a: string, b: string): string {
  if (a === 'none') return b;
  return b === 'none' || compareDecimals(a, b) <= 0 ? a : b;
}

function fewer(a: number | 'none', b: number | 'none'): number | 'none' {
  if (a === 'none') return b;
  return b === 'none' ? a : Math.min(a, b);
}
