import type { ApprovalLine, ApprovalView } from '../../../src-shared/contract/index.ts';
import type { ActionName } from '../../../src-shared/model/index.ts';
import type { OwnerAction } from '../../rpc/owner-act.ts';
import { compareDecimals, dollars } from '../../ui/money.ts';
import type { ToneName } from '../../ui/tone.ts';
import { limitWords } from '../../ui/words.ts';

export const actionWords: { readonly [A in ActionName]: string } = {
  pay: 'wants to pay',
  'buy-prepaid': 'wants to buy prepaid credit for',
  'use-prepaid': 'wants to use prepaid credit at',
  'use-secret': 'wants to use your API key at',
  'sign-request': 'wants to sign a request for',
  'solve-challenge': 'wants to solve a challenge for',
  delegate: 'wants to hand on a part of its limits for',
};

/** What became of a question, in a word. */
export const stateWords: { readonly [S in ApprovalLine['state']]: { readonly word: string; readonly tone: ToneName } } =
  {
    waiting: { word: 'Waiting', tone: 'warn' },
    approved: { word: 'Approved', tone: 'good' },
    denied: { word: 'Denied', tone: 'bad' },
    expired: { word: 'Not answered', tone: 'neutral' },
    overtaken: { word: 'Settled otherwise', tone: 'neutral' },
  };

/** What became of it, in sentences. `paid`: it led to a payment; `over`: its time has passed since. */
export function outcome(
  { state, agent, scope, upTo, needed, witnesses }: ApprovalView,
  { paid, blocked, over }: { readonly paid: boolean; readonly blocked: boolean; readonly over: boolean },
): { readonly title: string; readonly more: string } {
  switch (state) {
    case 'waiting': {
      const missing = needed - witnesses.length;
      return {
        title: 'Your yes is noted',
        more: `${missing} more ${missing === 1 ? 'person' : 'people'} must say yes.`,
      };
    }
    case 'approved': {
      const whole = scope === 'payee-day' && upTo !== null;
      const unpaid = over ? `${agent} did not come back for it in time.` : `The next try of ${agent} pays.`;
      const more = paid ? 'It is paid.' : unpaid;
      return whole
        ? { title: `Approved: this payee, up to ${dollars(upTo)} for a day`, more }
        : { title: 'Approved', more };
    }
    case 'denied':
      return blocked
        ? { title: 'Denied, and the payee is blocked', more: 'None of your agents pays it any more.' }
        : { title: 'Denied', more: `Nothing was paid. ${agent} hears no for the next ten minutes, too.` };
    case 'expired':
      return { title: 'Time ran out', more: 'Nobody answered, so nothing was paid. The agent may ask again later.' };
    case 'overtaken':
      return { title: 'Nothing to answer any more', more: 'The same request was allowed in another way meanwhile.' };
  }
}

export interface Remainder {
  readonly key: string;
  readonly of: string;
  readonly words: string;
  readonly tone: ToneName;
}

/** What each limit would have left, those that would be passed first. */
export function remainders(remaining: ApprovalView['remaining']): readonly Remainder[] {
  const rows = remaining.map(({ subject, limit, left }) => ({
    key: `${subject} ${limit}`,
    of: `${subject === '@desk' ? 'All agents together' : subject}, ${limit === 'total' ? 'in all' : `in ${limitWords[limit] ?? limit}`}`,
    left,
  }));
  const over = rows.filter(({ left }) => left.startsWith('-'));
  const within = rows.filter(({ left }) => !left.startsWith('-'));
  return [
    ...over.map(({ key, of, left }) => ({ key, of, words: `${dollars(left.slice(1))} over`, tone: 'bad' as const })),
    ...within.map(({ key, of, left }) => ({ key, of, words: `${dollars(left)} left`, tone: 'neutral' as const })),
  ];
}

/** How a price stands to the last one here; null when there is nothing to say. */
export function priceWords(amount: string, last: string | null): string | null {
  if (last === null) return null;
  const order = compareDecimals(amount, last);
  if (order === 0) return `${dollars(last)}, the same`;
  return `${dollars(last)}; now it is ${order > 0 ? 'more' : 'less'}`;
}

export function witnessWords(by: string): string {
  return by === 'owner' ? 'you' : by.replace(/^approver:/, '');
}

/** What a person is about to say yes to. */
export interface Yes {
  readonly scope: 'once' | 'payee-day';
  /** The sum of all payments that it allows; without one, the sum that was asked for. */
  readonly upTo?: string;
}

/** The yes as the PIN is asked for it: all that it allows, and whom it may go to. */
export function yesAction({ agent, amount, payee }: ApprovalView, { scope, upTo = amount }: Yes): OwnerAction {
  const does =
    scope === 'once'
      ? `let ${agent} pay ${dollars(upTo)}, once,`
      : `let ${agent} pay up to ${dollars(upTo)}, within a day and for whatever it buys,`;
  return { does, to: payee };
}
