import type { LogEntryView } from '../../../src-shared/contract/index.ts';
import { formatDecimal } from '../../../src-shared/model/index.ts';
import { wordsOf } from './agent-words.ts';

export interface Refusal {
  readonly key: number;
  readonly at: number;
  readonly word: string;
  readonly why: string;
  readonly url: string;
  /** Null where it was refused before a price was named. */
  readonly amount: string | null;
}

const words: { readonly [decision: string]: string } = {
  denied: 'Refused',
  deferred: 'Asked you',
  expired: 'Not answered',
};

/** Of decisions from the log those that were no yes, as lines for a person. */
export function refusalsIn(entries: readonly LogEntryView[], most: number): readonly Refusal[] {
  return entries.flatMap(({ seq, at, data }) => refusal(seq, at, data)).slice(0, most);
}

function refusal(key: number, at: number, data: LogEntryView['data']): readonly Refusal[] {
  const word = words[String(data['decision'])];
  const { reason, url, asset, amount, times } = data;
  if (word === undefined || typeof reason !== 'string') return [];
  const priced = typeof amount === 'string' && /^\d{1,19}$/.test(amount) && typeof asset === 'string' && asset !== '';
  const often = typeof times === 'number' && times > 1 ? `, ${times} times` : '';
  return [
    {
      key,
      at,
      word,
      why: `${wordsOf(reason)}${often}`,
      url: typeof url === 'string' ? url : '',
      amount: priced ? formatDecimal(BigInt(amount), 6) : null,
    },
  ];
}
