import { type Denied, formatDecimal } from '../../src-shared/model/index.ts';
import type { Intent, SpendFacts } from './ports.ts';

const dollars = (amount: bigint) => `$${formatDecimal(amount, 6)}`;

/** Null grants. The order of checks is the order of the lines; what is open counts as spent (promise P2). */
export function decideSpend(intent: Intent, facts: SpendFacts): Denied | null {
  const { amount } = intent;
  if (!facts.agentLive) return { kind: 'denied', reason: 'agent-revoked', detail: `${intent.agent} may not spend.` };
  if (amount > facts.limits.perPayment) {
    return {
      kind: 'denied',
      reason: 'over-payment-limit',
      detail: `${dollars(amount)} is above ${intent.agent}'s limit of ${dollars(facts.limits.perPayment)} a payment.`,
    };
  }
  const used = facts.spentToday + facts.open;
  if (used + amount > facts.limits.perDay) {
    return {
      kind: 'denied',
      reason: 'over-day-limit',
      detail: `${dollars(amount)} on top of ${dollars(used)} would pass ${intent.agent}'s limit of ${dollars(facts.limits.perDay)} in 24 hours.`,
    };
  }
  if (amount > facts.available) {
    return {
      kind: 'denied',
      reason: 'insufficient-funds',
      detail: `The wallet has ${dollars(facts.available)} free and the price is ${dollars(amount)}.`,
    };
  }
  return null;
}
