import { z } from 'zod';
import { type AgentName, formatDecimal } from '../../src-shared/model/index.ts';
import { invalidPolicy } from './rules-in-force.ts';
import { type Delegation, delegationSchema, type Terms, termsSchema } from './terms.ts';

/** As it stands in the book. */
export function encode(delegation: Delegation): z.input<typeof delegationSchema> {
  return z.encode(delegationSchema, delegation);
}

/** Scripts and people call the desk's own delegation so. */
export function refuseName(agent: AgentName): void {
  if (agent === 'desk') throw invalidPolicy(agent, 'that is what the delegation above all agents is called');
}

/** Names what keeps terms from being terms; null when nothing does. */
export function impossible(terms: Terms): string | null {
  const { perPayment, minPerPayment } = terms.limits;
  const stored = termsSchema.safeEncode(terms);
  if (!stored.success) {
    const [issue] = stored.error.issues;
    return `${issue?.path.join('.') ?? 'terms'} cannot be that (${issue?.message ?? 'unreadable'})`;
  }
  if (perPayment !== null && minPerPayment !== null && minPerPayment > perPayment)
    return `the least payment of $${formatDecimal(minPerPayment, 6)} is above the most`;
  return null;
}
