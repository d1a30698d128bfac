import type { TermsChange, TermsView } from '../../../src-shared/contract/index.ts';
import { compareDecimals, dollars } from '../money.ts';
import type { CountName, LimitsDraft, SumName } from './limits-draft.ts';
import {
  siteCovers,
  type Typed,
  typedCap,
  typedCount,
  typedHold,
  typedPayees,
  typedSites,
  typedTime,
} from './typed-values.ts';

/** What a change does: the host takes what is stricter from anybody at the desk, and asks for the PIN for what is looser. */
export type Effect = 'stricter' | 'looser' | 'neither';

export interface Difference {
  readonly label: string;
  readonly before: string;
  readonly after: string;
  readonly effect: Effect;
}

export interface Review {
  /** Only what is another one than before. */
  readonly change: TermsChange;
  readonly differences: readonly Difference[];
  /** Why a field cannot be taken, by its name in the draft. */
  readonly problems: { readonly [field in keyof LimitsDraft]?: string };
}

/** What of a draft is another one than the terms that are in force. A field that cannot be read changes nothing. */
export function review(terms: TermsView, draft: LimitsDraft): Review {
  let change: TermsChange = {};
  const differences: Difference[] = [];
  const problems: { -readonly [field in keyof LimitsDraft]?: string } = {};
  for (const { field, look } of rows) {
    const found = look(terms, draft);
    if (found.kind === 'unreadable') problems[field] = found.why;
    if (found.kind !== 'changed') continue;
    change = { ...change, ...found.change };
    differences.push(found.difference);
  }
  return { change, differences, problems };
}

type Found =
  | { readonly kind: 'same' }
  | { readonly kind: 'unreadable'; readonly why: string }
  | { readonly kind: 'changed'; readonly change: TermsChange; readonly difference: Difference };

interface Row {
  readonly field: keyof LimitsDraft;
  look(terms: TermsView, draft: LimitsDraft): Found;
}

function row<T>(
  field: keyof LimitsDraft,
  label: string,
  {
    held,
    typed,
    effect,
    change,
    say,
  }: {
    held(terms: TermsView): T;
    typed(draft: LimitsDraft): Typed<T>;
    /** Null when both are the same. */
    effect(before: T, after: T): Effect | null;
    change(value: T): TermsChange;
    say(value: T): string;
  },
): Row {
  return {
    field,
    look(terms, draft) {
      const wanted = typed(draft);
      if (!wanted.ok) return { kind: 'unreadable', why: wanted.why };
      const before = held(terms);
      const done = effect(before, wanted.value);
      if (done === null) return { kind: 'same' };
      const difference = { label, before: say(before), after: say(wanted.value), effect: done };
      return { kind: 'changed', change: change(wanted.value), difference };
    },
  };
}

/** Null for equal ones. */
function compareCaps(before: string, after: string): number {
  if (before === after) return 0;
  if (before === 'none') return -1;
  if (after === 'none') return 1;
  return compareDecimals(after, before);
}

const byOrder = (order: number, more: Effect, less: Effect): Effect | null =>
  order === 0 ? null : order > 0 ? more : less;

const sayCap = (cap: string): string => (cap === 'none' ? 'no limit' : dollars(cap));
const sayFloor = (cap: string): string => (cap === 'none' ? 'any sum' : dollars(cap));
const sayAsk = (cap: string): string => (cap === 'none' ? 'never asks for it' : `asks above ${dollars(cap)}`);

function sumRow(field: SumName, label: string, held: (terms: TermsView) => string, say = sayCap): Row {
  return row<string>(field, label, {
    held,
    typed: (draft) => typedCap(draft[field]),
    effect: (before, after) => byOrder(compareCaps(before, after), 'looser', 'stricter'),
    change: (value) => ({ [field]: value }),
    say,
  });
}

function countRow(field: CountName, label: string): Row {
  return row<number | 'none'>(field, label, {
    held: ({ limits }) => limits[field],
    typed: (draft) => typedCount(draft[field]),
    effect: (before, after) => byOrder(compareCaps(String(before), String(after)), 'looser', 'stricter'),
    change: (value) => ({ [field]: value }),
    say: (value) => (value === 'none' ? 'no limit' : String(value)),
  });
}

/** A least sum that is none lets everything through, as one of nothing does. */
const leastRow = row<string>('minPerPayment', 'Least payment', {
  held: ({ limits }) => limits.minPerPayment,
  typed: (draft) => typedCap(draft.minPerPayment),
  effect: (before, after) =>
    before === after ? null : byOrder(compareDecimals(floor(after), floor(before)), 'stricter', 'looser'),
  change: (minPerPayment) => ({ minPerPayment }),
  say: sayFloor,
});
const floor = (cap: string): string => (cap === 'none' ? '0' : cap);

type Allowed = 'any' | readonly string[];

/** One for what is allowed, one for what is blocked: blocked beats allowed. */
function listRows(
  kind: 'Origins' | 'Payees',
  what: { readonly allowed: string; readonly blocked: string; readonly any: string; readonly none: string },
  held: (terms: TermsView) => TermsView['origins'],
  read: (text: string) => Typed<string[]>,
  covers: (held: string, item: string) => boolean,
): readonly Row[] {
  const [allow, deny, which] = [`allow${kind}`, `deny${kind}`, `which${kind}`] as const;
  const allowed = row<Allowed>(allow, what.allowed, {
    held: (terms) => held(terms).allow,
    typed: (draft) => (draft[which] === 'any' ? { ok: true, value: 'any' } : read(draft[allow])),
    effect(before, after) {
      if (sameList(before, after)) return null;
      if (before === 'any') return 'stricter';
      if (after === 'any') return 'looser';
      return after.every((item) => before.some((one) => covers(one, item))) ? 'stricter' : 'looser';
    },
    change: (value) => ({ [allow]: value === 'any' ? value : [...value] }),
    say: (value) => (value === 'any' ? what.any : value.length === 0 ? what.none : value.join(', ')),
  });
  const blocked = row<readonly string[]>(deny, what.blocked, {
    held: (terms) => held(terms).deny,
    typed: (draft) => read(draft[deny]),
    effect(before, after) {
      if (sameList(before, after)) return null;
      return before.every((item) => after.some((one) => covers(one, item))) ? 'stricter' : 'looser';
    },
    change: (value) => ({ [deny]: [...value] }),
    say: (value) => (value.length === 0 ? 'none' : value.join(', ')),
  });
  return [allowed, blocked];
}

function sameList(a: Allowed, b: Allowed): boolean {
  if (a === 'any' || b === 'any') return a === b;
  return a.length === b.length && a.every((item) => b.includes(item));
}

const flag = (
  field: 'alwaysAsk' | 'browserRequests',
  label: string,
  held: (terms: TermsView) => boolean,
  whenOn: Effect,
  whenOff: Effect,
): Row =>
  row<boolean>(field, label, {
    held,
    typed: (draft) => ({ ok: true, value: draft[field] }),
    effect: (before, after) => (before === after ? null : after ? whenOn : whenOff),
    change: (value) => ({ [field]: value }),
    say: (value) => (value ? 'yes' : 'no'),
  });

const minuteMs = 60_000;
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
/** A field shows minutes only, so what is the same to the minute was not touched. */
const toMinute = (at: number): number => Math.floor(at / minuteMs);

const fromRow = row<number>('validFrom', 'May spend from', {
  held: ({ validFrom }) => validFrom,
  typed: (draft) => typedTime(draft.validFrom, 0),
  effect: (before, after) => byOrder(toMinute(after) - toMinute(before), 'stricter', 'looser'),
  change: (validFrom) => ({ validFrom }),
  say: (at) => (at === 0 ? 'at once' : exact.format(at)),
});

const endless = Number.POSITIVE_INFINITY;
const endOf = (until: number | 'open'): number => (until === 'open' ? endless : toMinute(until));
const untilRow = row<number | 'open'>('validUntil', 'May spend until', {
  held: ({ validUntil }) => validUntil,
  typed: (draft) => typedTime(draft.validUntil, 'open'),
  effect: (before, after) =>
    endOf(before) === endOf(after) ? null : endOf(after) > endOf(before) ? 'looser' : 'stricter',
  change: (validUntil) => ({ validUntil }),
  say: (until) => (until === 'open' ? 'no end' : exact.format(until)),
});

const holdRow = row<number>('holdSeconds', 'The agent’s request waits for you', {
  held: ({ approval }) => approval.holdMs,
  typed: (draft) => typedHold(draft.holdSeconds),
  effect: (before, after) => (before === after ? null : 'neither'),
  change: (holdMs) => ({ holdMs }),
  say: (ms) => `${ms / 1_000} seconds`,
});

/** What a role permits is told by its name only, so another one is always the owner's to choose. */
const roleRow = row<string>('role', 'Role', {
  held: ({ role }) => role,
  typed: (draft) => ({ ok: true, value: draft.role }),
  effect: (before, after) => (before === after ? null : 'looser'),
  change: (role) => ({ role }),
  say: (role) => role,
});

const rows: readonly Row[] = [
  sumRow('perPayment', 'One payment', ({ limits }) => limits.perPayment),
  leastRow,
  sumRow('perMinute', 'In a minute', ({ limits }) => limits.perMinute),
  sumRow('perHour', 'In an hour', ({ limits }) => limits.perHour),
  sumRow('perDay', 'In 24 hours', ({ limits }) => limits.perDay),
  sumRow('perMonth', 'In 30 days', ({ limits }) => limits.perMonth),
  sumRow('total', 'In all', ({ limits }) => limits.total),
  countRow('perMinuteCount', 'Payments in a minute'),
  countRow('totalCount', 'Payments in all'),
  flag('alwaysAsk', 'Asks you about every payment', ({ approval }) => approval.always, 'stricter', 'looser'),
  sumRow('askAbove', 'A large payment', ({ approval }) => approval.askAbove, sayAsk),
  sumRow('askNewPayeeAbove', 'Somebody new', ({ approval }) => approval.askNewPayeeAbove, sayAsk),
  holdRow,
  ...listRows(
    'Origins',
    { allowed: 'Allowed sites', blocked: 'Blocked sites', any: 'any site', none: 'no site at all' },
    ({ origins }) => origins,
    typedSites,
    siteCovers,
  ),
  ...listRows(
    'Payees',
    { allowed: 'Allowed payees', blocked: 'Blocked payees', any: 'any payee', none: 'no payee at all' },
    ({ payees }) => payees,
    typedPayees,
    (held, item) => held === item,
  ),
  fromRow,
  untilRow,
  flag('browserRequests', 'Web pages may pay', ({ browserRequests }) => browserRequests, 'looser', 'stricter'),
  roleRow,
];
