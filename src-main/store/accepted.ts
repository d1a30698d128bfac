import type { Entry } from '../log/index.ts';
import type { Log } from './log.ts';

/** From where on books must agree: what was before, the owner has seen and taken as it is. Ms since the epoch. */
export interface Accepted {
  readonly seq: number;
  readonly at: number;
}

/** More doubts than stand after one acceptance: raising is idempotent, so the last acceptance is near the end. */
const nearEnd = 16;

export const lastBooksEntry = (log: Log): Entry | null => log.recent({ kind: 'books', limit: 1 })[0] ?? null;

/** The owner's last acceptance of the books; null when there was none. */
export function lastAccepted(log: Log): Accepted | null {
  const entries = log.recent({ kind: 'books', limit: nearEnd });
  const entry = entries.find(({ data }) => data['what'] === 'accepted by the owner');
  return entry === undefined ? null : { seq: entry.seq, at: entry.at };
}
