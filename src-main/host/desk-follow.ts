import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { DeskStatus, DeskUpdate, RefusalLine } from '../../src-shared/contract/index.ts';
import type { Clock } from '../base/clock.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { Entry, LogKind } from '../log/index.ts';
import type { Approval, Approvals } from '../policy/index.ts';
import type { Store } from '../store/index.ts';
import { approvalLine } from './authority-view.ts';
import { type DeskStatusDeps, readDeskStatus } from './desk-status.ts';
import { joinUpdates, mostInUpdate } from './desk-update.ts';
import { createNewest } from './newest.ts';
import type { Authority } from './open-authority.ts';
import { toOrderLine } from './order-view.ts';
import type { PrepaidDesk } from './prepaid-desk.ts';
import { toRefusalLine } from './refusal-line.ts';
import type { Shops } from './shops.ts';

export interface DeskFollow {
  /**
   * How things stand, and from then on what changes, gathered. A slow reader gets several updates as one. Ends when `signal`
   * says so, and when Groat stops.
   */
  follow(signal: AbortSignal | undefined): AsyncGenerator<DeskUpdate>;
}

export interface DeskFollowDeps extends DeskStatusDeps {
  readonly store: DeskStatusDeps['store'] & Pick<Store, 'log'>;
  readonly authority: DeskStatusDeps['authority'] &
    Pick<Authority, 'watching'> & {
      readonly approvals: Pick<Approvals, 'list' | 'onChanged'>;
    };
  readonly shops: Pick<Shops, 'onChanged'>;
  readonly prepaid: Pick<PrepaidDesk, 'onChanged'>;
  readonly clock: Clock;
  readonly log: LogSink;
}

/** Between two updates at the least. */
const flushMs = 250;
/** Money from outside and windows that move on leave no entry in the log: they are seen by looking. */
const lookMs = 2_000;
/** Of what does not fit into one update so much waits for the next ones; what is older is only counted. */
const mostKept = { orders: 1_000, refusals: 200, approvals: 200 } as const;
/** So much of each list is in the first update. */
const firstOf = 50;
/** Decisions are looked through for refusals in such pages, and so many at most: where nearly all is granted it is not worth more. */
const decisionsAtOnce = 100;
const mostDecisions = 1_000;
const rulesKinds: ReadonlySet<LogKind> = new Set(['policy', 'law', 'pause', 'owner', 'agent']);
const anyOrder = { text: null, agent: null, states: null, from: null, until: null };

/** One gatherer for all who follow, and none while nobody does. */
export function createDeskFollow(deps: DeskFollowDeps): DeskFollow {
  const { network, store, authority, shops, prepaid, clock, log } = deps;
  const { approvals, watching } = authority;
  const followers = new Set<(update: DeskUpdate) => void>();
  /** By id, as they are when they are told. */
  const orders = createNewest<string, string>(mostKept.orders);
  const refusals = createNewest<number, Entry>(mostKept.refusals);
  const answers = createNewest<string, Approval>(mostKept.approvals);
  let rulesChanged = false;
  let shopsChanged = false;
  let prepaidChanged = false;
  /** What all who follow know. */
  let told: DeskStatus | null = null;
  /** How many approvals wait; null where one has changed since they were counted. */
  let waiting: number | null = null;
  let flushedAt = Number.NEGATIVE_INFINITY;
  let flushing: NodeJS.Timeout | null = null;
  let ends: readonly (() => void)[] = [];

  const status = (): DeskStatus => {
    waiting ??= approvals.list({ state: 'waiting', limit: 1000 }).length;
    return readDeskStatus(deps, waiting);
  };

  /** What was gathered, as one update; null when nobody need be told. */
  const gathered = (): DeskUpdate | null => {
    const now = status();
    const update: DeskUpdate = {
      status: isDeepStrictEqual(now, told) ? null : now,
      orders: orders
        .take(mostInUpdate.orders)
        .flatMap((id) => store.orderSearch.line(id) ?? [])
        .map((order) => toOrderLine(order, network))
        .sort((a, b) => b.seq - a.seq),
      refusals: refusals.take(mostInUpdate.refusals).flatMap((entry) => toRefusalLine(entry, network) ?? []),
      approvals: answers.take(mostInUpdate.approvals).map((approval) => approvalLine(approval, network)),
      more: orders.lost() + refusals.lost() + answers.lost(),
      rules: rulesChanged,
      shops: shopsChanged,
      prepaid: prepaidChanged,
    };
    told = now;
    rulesChanged = false;
    shopsChanged = false;
    prepaidChanged = false;
    return saysSomething(update) ? update : null;
  };

  const flush = (): void => {
    if (flushing !== null) clearTimeout(flushing);
    flushing = null;
    flushedAt = clock.monotonic();
    try {
      const update = gathered();
      if (update !== null) for (const tell of followers) tell(update);
    } catch (error) {
      log.warn('what changed could not be read for the screens', { error });
    }
    if (orders.size + refusals.size + answers.size > 0) soon();
  };

  const soon = (): void => {
    const ms = Math.min(flushMs, Math.max(0, flushedAt + flushMs - clock.monotonic()));
    flushing ??= setTimeout(flush, ms).unref();
  };

  const take = (entry: Entry): void => {
    const { kind, seq, subject, data } = entry;
    if (kind === 'decision' && data['decision'] !== 'granted') refusals.put(seq, entry);
    else if ((kind === 'decision' || kind === 'order') && subject !== null) orders.put(subject, subject);
    else if (rulesKinds.has(kind)) rulesChanged = true;
  };

  const begin = (): void => {
    const looking = setInterval(flush, lookMs).unref();
    ends = [
      store.log.onAppended((entries) => {
        for (const entry of entries) take(entry);
        soon();
      }),
      approvals.onChanged((approval) => {
        answers.put(approval.id, approval);
        waiting = null;
        soon();
      }),
      shops.onChanged(() => {
        shopsChanged = true;
        soon();
      }),
      prepaid.onChanged(() => {
        prepaidChanged = true;
        soon();
      }),
      () => clearInterval(looking),
    ];
  };

  const end = (): void => {
    for (const one of ends) one();
    ends = [];
    if (flushing !== null) clearTimeout(flushing);
    flushing = null;
    for (const kept of [orders, refusals, answers]) kept.clear();
    rulesChanged = false;
    shopsChanged = false;
    prepaidChanged = false;
    told = null;
    waiting = null;
  };

  const recentRefusals = async (): Promise<RefusalLine[]> => {
    const found: RefusalLine[] = [];
    let before: number | undefined;
    for (let read = 0; read < mostDecisions && found.length < firstOf; read += decisionsAtOnce) {
      const page = store.log.recent({
        kind: 'decision',
        limit: decisionsAtOnce,
        ...(before === undefined ? {} : { before }),
      });
      found.push(...page.flatMap((entry) => toRefusalLine(entry, network) ?? []));
      before = page.at(-1)?.seq;
      if (page.length < decisionsAtOnce) break;
      await nextTurn();
    }
    return found.slice(0, firstOf);
  };

  const whole = async (): Promise<DeskUpdate> => {
    const refused = await recentRefusals();
    // From here on without a pause: what changes later comes with the next update.
    told ??= status();
    const newest = store.orderSearch.look(anyOrder, { before: null, limit: firstOf });
    const asked = approvals.list({ state: 'waiting', limit: firstOf });
    return {
      status: told,
      orders: newest.orders.map((order) => toOrderLine(order, network)),
      refusals: refused,
      approvals: asked.map((approval) => approvalLine(approval, network)),
      more: Math.max(0, told.waiting - asked.length),
      rules: true,
      shops: true,
      prepaid: true,
    };
  };

  return {
    async *follow(signal) {
      const over = AbortSignal.any(signal === undefined ? [watching] : [signal, watching]);
      const mail: { update: DeskUpdate | null; wake: () => void } = { update: null, wake: () => undefined };
      const tell = (update: DeskUpdate): void => {
        mail.update = mail.update === null ? update : joinUpdates(mail.update, update);
        mail.wake();
      };
      const wake = (): void => mail.wake();
      over.addEventListener('abort', wake);
      followers.add(tell);
      if (followers.size === 1) begin();
      try {
        yield await whole();
        // Whoever followed before may know of less than there is by now.
        soon();
        while (!over.aborted) {
          const { update } = mail;
          mail.update = null;
          if (update !== null) yield update;
          else
            await new Promise<void>((resolve) => {
              mail.wake = resolve;
            });
        }
      } finally {
        over.removeEventListener('abort', wake);
        followers.delete(tell);
        if (followers.size === 0) end();
      }
    },
  };
}

const saysSomething = ({ status, orders, refusals, approvals, more, rules, shops, prepaid }: DeskUpdate): boolean =>
  status !== null || orders.length + refusals.length + approvals.length + more > 0 || rules || shops || prepaid;
