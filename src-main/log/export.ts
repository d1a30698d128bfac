import { csvLine } from '../base/csv.ts';
import { openEntry, type SealedEntry } from './entry.ts';
import type { LogStore } from './ports.ts';
import { headLine, type SignedHead } from './signed-head.ts';

const entryPattern = /^\{"entry":(\{.*\}),"hash":"([0-9a-f]{64})"\}$/s;

/** One entry as a line of an export. Its hash stands beside it, so that a changed entry is named, and not the next one. */
export function entryLine({ body, hash }: Pick<SealedEntry, 'body' | 'hash'>): string {
  return `{"entry":${body},"hash":"${hash}"}`;
}

/** Null for a line that is no entry's. The body is a text that nobody has judged yet. */
export function parseEntryLine(line: string): Pick<SealedEntry, 'body' | 'hash'> | null {
  const [, body, hash] = entryPattern.exec(line) ?? [];
  return body === undefined || hash === undefined ? null : { body, hash };
}

/**
 * The log as JSON lines, line feeds included: the entries up to the signed head, then the head. What is appended while
 * it is being read is left out, for the head does not vouch for it.
 */
export function* exportJsonl(store: Pick<LogStore, 'entries'>, head: SignedHead): Generator<string, void> {
  for (const sealed of upTo(store, head)) yield `${entryLine(sealed)}\n`;
  yield `${headLine(head)}\n`;
}

const csvColumns = ['seq', 'at', 'kind', 'agent', 'subject', 'data', 'hash'] as const;

/** The same entries for a spreadsheet (RFC 4180). It is for reading: only the JSON lines can be verified. */
export function* exportCsv(store: Pick<LogStore, 'entries'>, head: SignedHead): Generator<string, void> {
  yield csvLine(csvColumns);
  for (const { body, hash } of upTo(store, head)) {
    const { seq, at, kind, agent, subject, data } = openEntry(body, hash);
    const when = new Date(at).toISOString();
    yield csvLine([String(seq), when, kind, agent ?? '', subject ?? '', JSON.stringify(data), hash]);
  }
}

function* upTo(store: Pick<LogStore, 'entries'>, head: SignedHead): Generator<SealedEntry, void> {
  if (head.count === 0) return;
  for (const sealed of store.entries(1)) {
    yield sealed;
    if (sealed.seq === head.count) return;
  }
}
