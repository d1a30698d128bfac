import type { RefusalReason } from '../../src-shared/model/index.ts';
import { checks } from './checks.ts';
import type { Facts } from './facts.ts';
import type { ActionRequest } from './request.ts';

/** What the rules say, before anybody has looked for an approval. */
export type Verdict =
  | { readonly kind: 'yes' }
  | {
      readonly kind: 'no' | 'ask';
      readonly reason: RefusalReason;
      readonly detail: string;
      /** Whose limit it was, where it was one. */
      readonly subject: string | null;
    };

/**
 * The whole policy as one function of the request and the facts: no clock, no store, no agent's word. A denial anywhere in
 * the list beats a wish to ask that stands before it, since no approval may lift it.
 */
export function decide(request: ActionRequest, facts: Facts): Verdict {
  let asks: Verdict | null = null;
  for (const { find } of checks) {
    const objection = find(request, facts);
    if (objection === null) continue;
    const { reason, detail, subject = null } = objection;
    if (objection.kind === 'deny') return { kind: 'no', reason, detail, subject };
    asks ??= { kind: 'ask', reason, detail, subject };
  }
  return asks ?? { kind: 'yes' };
}
