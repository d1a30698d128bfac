import type { LogEntryView } from '../../src-shared/contract/index.ts';
import { formatDecimal } from '../../src-shared/model/index.ts';
import { clockTime, dim, inert, table } from './output.ts';

const usdcDecimals = 6;
const longest = 100;

/** Entries of the log, one a line, newest first as they come. */
export function entriesTable(entries: readonly LogEntryView[], none: string): string {
  if (entries.length === 0) return none;
  const rows = entries.map(({ seq, at, kind, agent, subject, data }) => [
    String(seq),
    clockTime(at),
    kind,
    agent ?? '–',
    subject ?? '–',
    entryDetail(data),
  ]);
  return table(['#', 'when (UTC)', 'kind', 'agent', 'about', 'what'], rows, [0]);
}

export function entryLine({ at, kind, agent, subject, data }: LogEntryView): string {
  const who = [kind, agent, subject].filter((one) => one !== null).join(' ');
  return `${dim(clockTime(at))}  ${inert(`${who}  ${entryDetail(data)}`)}`;
}

/** What an entry says in a line: its words, with sums in dollars and without hashes, which only machines compare. */
export function entryDetail(data: LogEntryView['data']): string {
  const named = Object.keys(data).filter((name) => !spoken.includes(name));
  const words = [...spoken, ...named].flatMap((name) => {
    const value = valueText(name, data[name]);
    return value === null ? [] : [spoken.includes(name) ? value : `${name}=${value}`];
  });
  const text = words.join(' ');
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** Fields whose value speaks for itself, in the order in which it is read. */
const spoken: readonly string[] = ['decision', 'what', 'event', 'reason', 'amount', 'action', 'state', 'method', 'url'];
const sums: readonly string[] = ['amount', 'perPayment', 'upTo'];

function valueText(name: string, value: unknown): string | null {
  if (value === null || value === undefined || typeof value === 'object') return null;
  const text = String(value);
  if (sums.includes(name) && /^\d{1,19}$/.test(text)) return `$${formatDecimal(BigInt(text), usdcDecimals)}`;
  return /^[0-9a-f]{64}$/.test(text) ? null : text;
}
