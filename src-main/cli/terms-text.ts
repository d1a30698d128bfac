import type { DelegationView, LimitsView, TermsView } from '../../src-shared/contract/index.ts';
import { bold, clockTime, dim, inert, red, table } from './output.ts';

/** How the owner calls whom a delegation is for; the contract's `@desk` is no agent's name. */
export const subjectName = (subject: string) => (subject === '@desk' ? 'desk' : subject);

const money = (cap: string) => (cap === 'none' ? cap : `$${cap}`);

/** A delegation for a person: limits with what is used of them, then what else it permits and asks. */
export function delegationText({ subject, parent, terms, revokedAt, usage }: DelegationView): string {
  const below = parent === null ? 'above all agents' : `below ${subjectName(parent)}`;
  const over = revokedAt === null ? '' : red(`, revoked ${clockTime(revokedAt)}`);
  const rows = limitRows(terms.limits, usage);
  const limits = rows.length === 0 ? dim('no limits of its own') : table(['limit', 'is', 'used'], rows, [1, 2]);
  return [
    `${bold(subjectName(subject))}, ${below}${over}`,
    ...limits.split('\n').map((line) => `  ${line}`),
    ...termsLines(terms).map(([name, text]) => `  ${dim(name.padEnd(9))}${text}`),
  ].join('\n');
}

/** Only the limits that there are: name, sum or count, what is used of it. */
export function limitRows(limits: LimitsView, used: DelegationView['usage']): readonly (readonly string[])[] {
  const all: readonly (readonly [name: string, limit: string, used: string])[] = [
    ['a payment', money(limits.perPayment), ''],
    ['least a payment', money(limits.minPerPayment), ''],
    ['in a minute', money(limits.perMinute), money(used.minute)],
    ['payments in a minute', String(limits.perMinuteCount), String(used.minuteCount)],
    ['in an hour', money(limits.perHour), money(used.hour)],
    ['in 24 hours', money(limits.perDay), money(used.day)],
    ['in 30 days', money(limits.perMonth), money(used.month)],
    ['in all', money(limits.total), money(used.total)],
    ['payments in all', String(limits.totalCount), String(used.totalCount)],
  ];
  return all.filter(([, limit]) => limit !== 'none');
}

function termsLines(terms: TermsView): readonly (readonly [name: string, text: string])[] {
  return [
    ['role', `${terms.role}: ${terms.actions.join(', ') || 'no actions'}`],
    ['asks', asksText(terms.approval)],
    ...listed('origins', terms.origins),
    ...listed('payees', terms.payees),
    ...validLines(terms),
    ...(terms.browserRequests ? ([['browser', 'web pages’ requests too']] as const) : []),
  ];
}

export function asksText({ always, askAbove, askNewPayeeAbove, holdMs }: TermsView['approval']): string {
  const when = [
    ...(always ? ['always'] : []),
    ...(askAbove === 'none' ? [] : [`above $${askAbove}`]),
    ...(askNewPayeeAbove === 'none' ? [] : [`above $${askNewPayeeAbove} for a new payee or origin`]),
  ];
  return when.length === 0 ? 'never' : `${when.join(', ')}; a request waits ${holdMs / 1000} s for the answer`;
}

function listed(name: string, { allow, deny }: TermsView['origins']): readonly (readonly [string, string])[] {
  if (allow === 'any' && deny.length === 0) return [];
  const permitted = allow === 'any' ? 'any' : allow.length === 0 ? 'none' : allow.map(inert).join(', ');
  return [[name, deny.length === 0 ? permitted : `${permitted}, but never ${deny.map(inert).join(', ')}`]];
}

function validLines({ validFrom, validUntil }: TermsView): readonly (readonly [string, string])[] {
  const from = validFrom === 0 ? [] : [`from ${clockTime(validFrom)}`];
  const until = validUntil === 'open' ? [] : [`until ${clockTime(validUntil)}`];
  return from.length + until.length === 0 ? [] : [['valid', `${[...from, ...until].join(' ')} UTC`]];
}
