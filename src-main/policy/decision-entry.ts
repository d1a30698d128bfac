import { hash } from 'node:crypto';
import type { LogDraft } from '../log/index.ts';
import type { DecisionData } from './entries.ts';
import { loopKey } from './loop-guard.ts';
import type { ReadPolicy } from './policy.ts';
import type { CountedRefusals } from './refusal-meter.ts';
import type { ActionRequest } from './request.ts';

/** What a decision leaves on record: what was asked for, what was said and why, and by which rules. */
export function decisionEntry(
  request: ActionRequest,
  trust: number,
  found: ReadPolicy,
  outcome: Pick<DecisionData, 'decision' | 'reason' | 'approval' | 'limitOf'>,
): LogDraft {
  const { id, action, agent, method, url, payee, asset, amount } = request;
  const data: DecisionData = {
    ...outcome,
    action,
    amount: String(amount),
    asset,
    method,
    url,
    payee,
    loop: loopHash(request),
    trust,
    ...versions(found),
  };
  return { kind: 'decision', agent, subject: id, data };
}

/** A refusal that came before there was anything to decide. */
export function refusalEntry(
  { agent, method, url }: { readonly agent: string; readonly method: string; readonly url: string },
  reason: DecisionData['reason'],
  found: ReadPolicy,
): LogDraft {
  const data: DecisionData = {
    decision: 'denied',
    reason,
    approval: null,
    limitOf: null,
    action: 'pay',
    amount: '0',
    asset: '',
    method,
    url,
    payee: '',
    loop: '',
    trust: 0,
    ...versions(found),
  };
  return { kind: 'decision', agent, subject: null, data };
}

/** Refusals that were counted instead of told one by one. Nobody's limit: trust has heard of the first ones. */
export function countedEntry({ agent, decision, reason, origin, times }: CountedRefusals, found: ReadPolicy): LogDraft {
  const entry = refusalEntry({ agent, method: '', url: origin }, reason, found);
  return { ...entry, data: { ...entry.data, decision, times, limitOf: 'counted' } };
}

/** What a loop repeats: the request without its terms. */
export const loopHash = (request: ActionRequest): string => hash('sha256', loopKey(request));

const versions = (found: ReadPolicy): { readonly policy: number; readonly law: number } =>
  found.kind === 'policy' ? { policy: found.policy.version, law: found.policy.law.version } : { policy: 0, law: 0 };
