import type { LogEntryView } from '../../../src-shared/contract/index.ts';
import { formatDecimal, type RefusalReason } from '../../../src-shared/model/index.ts';
import { dollars } from '../../ui/money.ts';
import { reasonWords, shortUrl } from '../../ui/words.ts';

/** Kinds of entries, as the log names them and as a person calls them. */
export const kindWords: { readonly [kind: string]: string } = {
  decision: 'Decisions',
  order: 'Payments',
  approval: 'Approvals',
  policy: 'Limits and roles',
  law: 'Rules',
  pause: 'Pauses',
  breaker: 'Stops after failures',
  owner: 'PIN',
  settings: 'Settings',
  agent: 'Agents',
  trust: 'Trust',
  shop: 'Shops',
  refund: 'Refunds',
  books: 'Books',
  export: 'Exports',
  opened: 'Starts',
};

const orderEvents: { readonly [event: string]: string } = {
  signed: 'was signed',
  sent: 'was sent',
  answered: 'was answered by the seller',
  landed: 'was seen on the chain',
  delivered: 'was delivered',
  lost: 'lost contact with the seller',
  expired: 'can no longer move',
  abandoned: 'was given up before it left',
};

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
const sum = (value: unknown): string =>
  typeof value === 'string' && /^\d{1,19}$/.test(value) ? dollars(formatDecimal(BigInt(value), 6)) : 'a sum';
const reason = (value: unknown): string => reasonWords[value as RefusalReason] ?? text(value);

/** One plain sentence for an entry. Anything from outside in it must be drawn inert. */
export function entryText({ kind, agent, subject, data }: LogEntryView): string {
  const who = agent ?? 'Somebody';
  const about = subject ?? '';
  switch (kind) {
    case 'decision':
      return decisionText(who, data);
    case 'order':
      return `${who}’s payment of ${sum(data['amount'])} ${orderEvents[text(data['event'])] ?? text(data['event'])}.`;
    case 'approval':
      return `The question about ${who}’s ${sum(data['amount'])}: ${text(data['event']) || text(data['state'])}.`;
    case 'policy':
      return `${about === '' ? 'The limits' : `The limits of ${plainSubject(about)}`} were changed${by(data)}.`;
    case 'law':
      return `A rule was changed${by(data)}.`;
    case 'pause':
      return data['what'] === 'resume'
        ? `${agent ?? 'Everybody'} may pay again.`
        : `${agent ?? 'Everything'} was paused.`;
    case 'breaker':
      return `${about}: ${text(data['from'])} → ${text(data['to'])} (${text(data['why'])}).`;
    case 'owner':
      return `The owner: ${text(data['what'])}.`;
    case 'settings':
      return `Settings were changed${by(data)}: ${changedNames(data['after'])}.`;
    case 'shop':
      return `Shop ${about}: ${text(data['what'])}.`;
    case 'refund':
      return `Money back for ${about}${data['amount'] === undefined ? '' : `, ${sum(data['amount'])}`}: ${text(data['what'])}.`;
    case 'agent':
      return `${who}: ${text(data['what'])}.`;
    case 'export':
      return `Exported: ${text(data['what']) || 'the log'}${data['format'] === undefined ? '' : ` as ${text(data['format'])}`}.`;
    case 'opened':
      return `Groat started on ${text(data['network'])}.`;
    case 'books':
      return `The books: ${text(data['what'])}${data['why'] === undefined ? '' : ` (${text(data['why'])})`}.`;
    default:
      return `${kind}${about === '' ? '' : ` ${about}`}.`;
  }
}

const plainSubject = (subject: string): string =>
  subject.replace(/^delegation:/, '').replace('@desk', 'everything together');
const changedNames = (after: unknown): string =>
  typeof after === 'object' && after !== null ? Object.keys(after).join(', ') : 'not told which';
const by = (data: LogEntryView['data']): string => (data['author'] === 'owner' ? ' by the owner' : '');

function decisionText(who: string, data: LogEntryView['data']): string {
  const amount = data['amount'] === '0' ? '' : ` ${sum(data['amount'])}`;
  const url = text(data['url']) === '' ? '' : ` for ${shortUrl(text(data['url']))}`;
  const times = typeof data['times'] === 'number' && data['times'] > 1 ? ` (${data['times']} times)` : '';
  switch (data['decision']) {
    case 'granted':
      return `${who} was allowed${amount}${url}.`;
    case 'deferred':
      return `${who} has to wait for you${amount === '' ? '' : ` with${amount}`}${url}: ${reason(data['reason'])}${times}.`;
    case 'expired':
      return `Nobody answered ${who} in time${url}.`;
    default:
      return `${who} was refused${amount}${url}: ${reason(data['reason'])}${times}.`;
  }
}
