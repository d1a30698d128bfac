import { actions, maxAtomic } from '../../../src-shared/model/index.ts';
import { matchesOrigin } from '../origin-pattern.ts';
import type { LawFacts } from './facts.ts';
import type { Law } from './law.ts';
import { atomicOf, type Condition, type Norm } from './norm.ts';

export type Judged =
  | {
      readonly kind: 'allowed';
      /** Ids of all norms that speak about the request, in the law's order. */
      readonly fired: readonly string[];
      /** How many distinct approvers must say yes before it is granted; 0 for nobody. */
      readonly witnesses: number;
      /** The shortest time that a norm gives them; null where none says. */
      readonly timeoutSeconds: number | null;
    }
  | {
      readonly kind: 'denied';
      readonly fired: readonly string[];
      /** The one that denies; null where no norm permits, or the request itself is no good. */
      readonly norm: string | null;
      /** One sentence for a person. */
      readonly why: string;
    };

/** Deny beats limit beats allow; nothing that allows means no. The most witnesses that any norm wants are wanted. */
export function judge(law: Law, facts: LawFacts): Judged {
  const flaw = flawOf(facts);
  if (flaw !== null) return { kind: 'denied', fired: [], norm: null, why: flaw };
  const speaking = law.norms.filter(({ when }) => when.every((condition) => holds(condition, facts)));
  const fired = speaking.map(({ id }) => id);
  const against = speaking.find(({ type }) => type === 'deny') ?? speaking.find((norm) => passes(norm, facts.amount));
  if (against !== undefined) {
    return { kind: 'denied', fired, norm: against.id, why: `The law forbids it (${against.id}): ${against.reason}` };
  }
  if (!speaking.some(({ type }) => type === 'allow')) {
    return { kind: 'denied', fired, norm: null, why: 'Nothing in the law allows it.' };
  }
  const consents = speaking.filter((norm) => norm.type === 'require' || norm.type === 'procedure');
  const times = consents.flatMap(({ timeoutSeconds }) => timeoutSeconds ?? []);
  return {
    kind: 'allowed',
    fired,
    witnesses: Math.max(0, ...consents.map(({ witnesses }) => witnesses)),
    timeoutSeconds: times.length === 0 ? null : Math.min(...times),
  };
}

const required = ['origin', 'host', 'method', 'route', 'payee', 'asset', 'network', 'dialect'] as const;

/** Facts that would let a norm about them look away. They are ours, so this is a fault of ours: no. */
function flawOf(facts: LawFacts): string | null {
  const { action, amount } = facts;
  if (!Object.hasOwn(actions, action)) return 'There is no such action.';
  if (typeof amount !== 'bigint' || amount < 0n || amount > maxAtomic) return 'The amount is not a sum.';
  if (facts.agent === '' || facts.role === '') return 'It is not known who asks.';
  if (!actions[action].spends) return amount === 0n ? null : 'Such an action has no price.';
  if (amount === 0n) return 'The amount is not a sum above zero.';
  const missing = required.some((field) => facts[field] === '');
  return missing ? 'It is not known what is paid for, or to whom.' : null;
}

/** True when a limit is passed. */
function passes(norm: Norm, amount: bigint): boolean {
  if (norm.type !== 'limit') return false;
  return !compares(amount, norm.amount.operator, atomicOf(norm.amount.value));
}

function holds(condition: Condition, facts: LawFacts): boolean {
  if (condition.selector === 'amount') return compares(facts.amount, condition.operator, atomicOf(condition.value));
  const fact = facts[condition.selector];
  if (fact === '') return false;
  switch (condition.operator) {
    case '==':
      return fact === condition.value;
    case '!=':
      return fact !== condition.value;
    case 'in':
      return condition.value.some((value) => value === fact);
    case 'not_in':
      return !condition.value.some((value) => value === fact);
    case 'matches':
      return condition.selector === 'host'
        ? matchesOrigin(`http://${condition.value}`, `http://${fact}`)
        : matchesOrigin(condition.value, fact);
  }
}

function compares(amount: bigint, operator: '==' | '!=' | '<' | '<=' | '>' | '>=', value: bigint): boolean {
  switch (operator) {
    case '==':
      return amount === value;
    case '!=':
      return amount !== value;
    case '<':
      return amount < value;
    case '<=':
      return amount <= value;
    case '>':
      return amount > value;
    case '>=':
      return amount >= value;
  }
}
