import type { ApprovalLine, Preferences } from '../../src-shared/contract/index.ts';
import type { DeskNews } from './desk-news.ts';
import { inert } from './inert.ts';
import type { MoneyText } from './money-text.ts';
import { routes } from './routes.ts';

/** A notification as data. All of its text is inert. */
export interface Notice {
  readonly title: string;
  readonly body: string;
  /** What a click opens. */
  readonly route: string;
}

const longestTitle = 80;
const longestBody = 160;

/** What news says, and null where the owner does not want to hear of it. */
export function noticeOf(news: DeskNews, wanted: Preferences['notifications'], money: MoneyText): Notice | null {
  if (wanted === 'none') return null;
  const said = say(news, money);
  if (said === null || (wanted === 'attention' && !said.attention)) return null;
  return { title: inert(said.title, longestTitle), body: inert(said.body, longestBody), route: said.route };
}

interface Said extends Notice {
  /** It waits for the owner or went wrong. */
  readonly attention: boolean;
}

function say(news: DeskNews, money: MoneyText): Said | null {
  switch (news.kind) {
    case 'asks': {
      const { agent, amount, payee, url, id } = news.approval;
      const title = `${agent} asks to pay ${money(amount)}`;
      return {
        title,
        body: `To ${shortPayee(payee)} at ${placeOf(url)}.`,
        route: routes.approval(id),
        attention: true,
      };
    }
    case 'decided':
      return decided(news.approval, money);
    case 'unknown': {
      const { agent, amount, url, id } = news.order;
      return {
        title: `A payment of ${money(amount)} may or may not have arrived`,
        body: `${agent} paid at ${placeOf(url)} and no answer came. Groat keeps looking; it counts as spent until then.`,
        route: routes.payment(id),
        attention: true,
      };
    }
    case 'breaker':
      return {
        title: 'A breaker has opened',
        body: `Too much failed (${news.scope}), so Groat pays nothing there for a while.`,
        route: routes.overview,
        attention: true,
      };
    case 'problem':
      return {
        title: 'Groat pays nothing at the moment',
        body: news.problem,
        route: routes.overview,
        attention: true,
      };
  }
}

const outcomes = {
  approved: (price: string) => `You allowed ${price}`,
  denied: (price: string) => `${price} was denied`,
  expired: (price: string) => `Nobody answered: ${price} was not paid`,
  overtaken: null,
  waiting: null,
} as const;

function decided({ agent, amount, url, id, state }: ApprovalLine, money: MoneyText): Said | null {
  const title = outcomes[state]?.(money(amount)) ?? null;
  if (title === null) return null;
  const body = `${agent} at ${placeOf(url)}.`;
  return { title, body, route: routes.approval(id), attention: state === 'expired' };
}

/** The host as the wire has it: letters of another script stay in their coded form, so none can pass for ours. */
function placeOf(url: string): string {
  return URL.parse(url)?.host ?? 'an address that cannot be read';
}

const shortPayee = (payee: string): string => (payee.length <= 12 ? payee : `${payee.slice(0, 4)}…${payee.slice(-4)}`);
