import type { DeskStatus, DeskUpdate, Preferences } from '../../src-shared/contract/index.ts';
import type { HostClient } from '../base/control-client.ts';
import type { LogSink } from '../base/log-sink.ts';
import { type DeskNews, learn, nothingTold } from './desk-news.ts';

/** How things stand, for whoever draws them. */
export interface DeskPicture {
  readonly phase: 'starting' | 'running' | 'stopping' | 'stopped';
  /** Null until the desk has been seen. */
  readonly status: DeskStatus | null;
  /** Money is under way, or was a moment ago: one payment is too quick to be seen. */
  readonly paying: boolean;
  /** Ids of what waits for the owner, oldest first. */
  readonly waiting: readonly string[];
  /** Names of agents that are not revoked. */
  readonly agents: readonly string[];
  readonly preferences: Preferences;
}

export interface DeskModel {
  picture(): DeskPicture;
  /** Called after every change. Returns what ends it. */
  onPicture(listener: (picture: DeskPicture) => void): () => void;
  onNews(listener: (news: DeskNews) => void): () => void;
  /** Watches this host in the place of the one before. What was told is not told again. */
  watch(host: WatchedHost): void;
  /** No host runs now. */
  unwatch(phase: Exclude<DeskPicture['phase'], 'running'>): void;
}

export interface WatchedHost {
  readonly client: HostClient;
  readonly preferences: {
    show(): Preferences;
    onChanged(listener: (now: Preferences) => void): () => void;
  };
}

const payingLingersMs = 1_500;
const againAfterMs = 1_000;

const shyPreferences: Preferences = {
  welcomed: true,
  notifications: 'attention',
  startAtLogin: false,
  dockIcon: false,
  walletCeiling: 'none',
};

/** Follows the desk as any screen does, as an operator in this process. */
export function createDeskModel(log: LogSink): DeskModel {
  const watchers = new Set<(picture: DeskPicture) => void>();
  const readers = new Set<(news: DeskNews) => void>();
  let picture: DeskPicture = {
    phase: 'starting',
    status: null,
    paying: false,
    waiting: [],
    agents: [],
    preferences: shyPreferences,
  };
  let told = nothingTold;
  let following: AbortController | null = null;
  let lingering: NodeJS.Timeout | null = null;
  let unlisten = (): void => undefined;

  const end = (): void => {
    following?.abort();
    following = null;
    unlisten();
  };

  const show = (changes: Partial<DeskPicture>): void => {
    picture = { ...picture, ...changes };
    for (const watcher of watchers) watcher(picture);
  };

  const linger = (): void => {
    if (lingering !== null) clearTimeout(lingering);
    lingering = setTimeout(() => {
      lingering = null;
      if ((picture.status?.underWay ?? 0) > 0) linger();
      else if (picture.paying) show({ paying: false });
    }, payingLingersMs).unref();
  };

  const isPaying = (before: DeskStatus | null, now: DeskStatus): boolean => {
    if (now.underWay === 0 && (before === null || before.payments === now.payments)) return picture.paying;
    linger();
    return true;
  };

  const take = (update: DeskUpdate, whole: boolean): void => {
    const learned = learn(told, update, whole);
    told = learned.told;
    const { status } = update;
    show({
      waiting: [...told.waiting.keys()],
      ...(status === null ? {} : { status, paying: isPaying(picture.status, status) }),
    });
    for (const news of learned.news) for (const reader of readers) reader(news);
  };

  const readAgents = async (client: HostClient, signal: AbortSignal): Promise<void> => {
    const agents = await client.agents.list(undefined, { signal });
    show({ agents: agents.filter(({ state }) => state !== 'revoked').map(({ agent }) => agent) });
  };

  /** What an update had no room for is asked for; it says only what waits now. */
  const readWaiting = async (client: HostClient, signal: AbortSignal): Promise<void> => {
    const approvals = await client.approvals.list({ state: 'waiting', limit: 1000 }, { signal });
    const rest = { status: null, orders: [], refusals: [], more: 0, rules: false, shops: false, prepaid: false };
    const { unknown } = told;
    take({ ...rest, approvals }, true);
    told = { ...told, unknown };
  };

  const follow = async (client: HostClient, signal: AbortSignal): Promise<void> => {
    let whole = true;
    for await (const update of await client.desk.follow(undefined, { signal })) {
      take(update, whole);
      if (whole || update.rules) await readAgents(client, signal);
      if (update.more > 0 && !whole) await readWaiting(client, signal);
      whole = false;
    }
  };

  /** A watch that breaks while the host runs is begun again: the tray must never show an old picture as the present. */
  const keepFollowing = async (client: HostClient, signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      try {
        await follow(client, signal);
      } catch (error) {
        if (!signal.aborted) log.warn('the tray lost sight of the desk', { error });
      }
      if (signal.aborted) return;
      show({ status: null, paying: false });
      await new Promise((resolve) => setTimeout(resolve, againAfterMs).unref());
    }
  };

  return {
    picture: () => picture,
    onPicture(listener) {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
    onNews(listener) {
      readers.add(listener);
      return () => readers.delete(listener);
    },
    watch({ client, preferences }) {
      end();
      following = new AbortController();
      unlisten = preferences.onChanged((now) => show({ preferences: now }));
      show({ phase: 'running', preferences: preferences.show(), status: null, paying: false });
      void keepFollowing(client, following.signal);
    },
    unwatch(phase) {
      end();
      show({ phase, status: null, paying: false });
    },
  };
}
