import { GroatError } from '../../src-shared/errors/index.ts';
import type { Network } from '../../src-shared/model/index.ts';
import type { LogDraft } from '../log/index.ts';
import type { BookChange, PolicyBook } from './book-port.ts';
import { who } from './delegation-chain.ts';
import type { PinRow } from './owner-pin.ts';
import { createPinRow } from './pin-row.ts';
import { bookKey, type Policy, type ReadPolicy, readPolicy } from './policy.ts';
import type { Journal } from './ports.ts';
import type { Delegation } from './terms.ts';

/** The sealed book as this process has it: what it says, what already holds and is not in it yet, and the way to write it. */
export interface RulesInForce {
  read(): ReadPolicy;
  /** As `read`, for those who cannot do without; throws `policy-altered`. */
  policy(): Policy;
  /** One sealed write with its log entry, and in force when it resolves. Throws `policy-invalid` for what would not read again. */
  write(changes: readonly BookChange[], entry: LogDraft & { readonly subject: string }): Promise<void>;
  /** One change after the other: what one found must still stand when it is written. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Holds a pause, by its key in the book, from now on, whatever is written meanwhile. */
  holdPause(key: string): void;
  /** True if it was held. */
  dropPause(key: string): boolean;
  /** Holds a revocation from now on; dropped once it is written. */
  holdRevocation(revoked: Delegation): void;
  dropRevocation(revoked: Delegation): void;
  readonly pin: PinRow;
}

export function holdRules(network: Network, book: PolicyBook, journal: Pick<Journal, 'append'>): RulesInForce {
  let current: ReadPolicy = readPolicy(book.load(), network);
  /** Pauses that are in force and perhaps not yet written: what is written must not lift them in between. */
  const pausing = new Set<string>();
  const revoking = new Map<string, Delegation>();
  let lastTurn: Promise<unknown> = Promise.resolve();

  const overlaid = (found: ReadPolicy): ReadPolicy => {
    if (found.kind === 'unreadable' || revoking.size + pausing.size === 0) return found;
    const delegations = new Map([...found.policy.delegations, ...revoking]);
    return { kind: 'policy', policy: withPauses({ ...found.policy, delegations }, pausing) };
  };
  const take = (): void => {
    current = overlaid(readPolicy(book.load(), network));
  };
  const pinRow = createPinRow(book, (event, { version, hash }) =>
    journal.append({ kind: 'owner', agent: null, subject: bookKey.pin, data: { what: event, version, book: hash } }),
  );

  /** A row that could not be read again would leave nothing in force, and no way back. */
  const refuseUnreadable = (changes: readonly BookChange[], subject: string): void => {
    const state = book.load();
    if (state.kind !== 'read') return;
    const rows = new Map(state.rows);
    for (const { key, value } of changes) {
      if (value === null) rows.delete(key);
      else rows.set(key, value);
    }
    const next = readPolicy({ ...state, rows }, network);
    if (next.kind === 'unreadable') throw invalidPolicy(subject, next.why);
  };

  return {
    read: () => current,
    policy() {
      if (current.kind === 'policy') return current.policy;
      throw new GroatError('policy-altered', { key: null, why: `cannot be used: ${current.why}` });
    },
    async write(changes, entry) {
      refuseUnreadable(changes, entry.subject);
      await book.change(changes, ({ version, hash }) => {
        journal.append({ ...entry, data: { ...entry.data, version, book: hash } });
      });
      take();
    },
    inTurn(work) {
      const turn = lastTurn.then(work);
      lastTurn = turn.catch(() => undefined);
      return turn;
    },
    holdPause(key) {
      pausing.add(key);
      current = overlaid(current);
    },
    dropPause: (key) => pausing.delete(key),
    holdRevocation(revoked) {
      revoking.set(revoked.subject, revoked);
      current = overlaid(current);
    },
    dropRevocation: ({ subject }) => void revoking.delete(subject),
    pin: {
      read: pinRow.read,
      write: (value, event) => pinRow.write(value, event).then(take),
    },
  };
}

function withPauses(policy: Policy, pausing: ReadonlySet<string>): Policy {
  if (pausing.size === 0) return policy;
  const agents = [...pausing].filter((key) => key !== bookKey.pauseAll).map((key) => key.slice('pause/'.length));
  return {
    ...policy,
    pausedAll: policy.pausedAll || pausing.has(bookKey.pauseAll),
    pausedAgents: new Set([...policy.pausedAgents, ...agents]),
  };
}

export const invalidPolicy = (subject: string, problem: string): GroatError =>
  new GroatError('policy-invalid', { subject: who(subject), problem: problem.replace(/\.$/, '') });
