import type { LogSink } from '../base/log-sink.ts';
import { type Entry, type LogStore, openEntry } from '../log/index.ts';
import { read, type Told } from './entries.ts';
import type { Projections } from './ports.ts';

/** Something that is folded out of the log, entry by entry, and never from anything else. */
export interface Fold<S, C = void> {
  readonly name: string;
  initial(): S;
  /** Changes `state` in place; the answer is handed to whoever listens. */
  step(state: S, told: Told, entry: Entry): C;
  /** Canonical JSON; the other way round null for what cannot be read, which is then folded anew. */
  encode(state: S): string;
  decode(text: string): S | null;
}

export interface Projection<S> {
  readonly state: S;
  /** The seq it has read up to. */
  readonly seq: number;
  take(entry: Entry, told: Told): void;
  save(): Promise<void>;
}

const saveEvery = 4096;

export function createProjection<S, C>(
  fold: Fold<S, C>,
  projections: Projections,
  onStep: (change: C, entry: Entry) => void,
): Projection<S> {
  const saved = projections.load(fold.name);
  const decoded = saved === null ? null : fold.decode(saved.state);
  const state = decoded ?? fold.initial();
  let seq = saved === null || decoded === null ? 0 : saved.seq;
  return {
    state,
    get seq() {
      return seq;
    },
    take(entry, told) {
      if (entry.seq <= seq) return;
      seq = entry.seq;
      onStep(fold.step(state, told, entry), entry);
    },
    save: () => projections.save(fold.name, seq, fold.encode(state)),
  };
}

export interface Following {
  /** Saves how far each got. */
  stop(): Promise<void>;
}

/**
 * Brings projections up to the log's end and keeps them there. What was saved of one is only ever a shortcut: where it is
 * missing, unreadable or not ours, it costs time, never truth.
 */
export function followLog(
  projections: readonly Projection<unknown>[],
  store: Pick<LogStore, 'entries' | 'onAppended'>,
  log: LogSink,
): Following {
  const take = (entry: Entry): void => {
    const told = read(entry);
    for (const projection of projections) projection.take(entry, told);
  };
  const from = Math.min(...projections.map(({ seq }) => seq)) + 1;
  for (const { body, hash } of store.entries(from)) take(openEntry(body, hash));

  let saved = Math.max(...projections.map(({ seq }) => seq));
  let saving: Promise<unknown> = Promise.resolve();
  const save = (): void => {
    saving = saving
      .then(() => Promise.all(projections.map((projection) => projection.save())))
      .catch((error) => log.warn('a summary of the log was not saved; the next start makes it again', { error }));
  };
  const unfollow = store.onAppended((entries) => {
    for (const entry of entries) take(entry);
    const last = entries.at(-1)?.seq ?? saved;
    if (last - saved < saveEvery) return;
    saved = last;
    save();
  });
  return {
    async stop() {
      unfollow();
      save();
      await saving;
    },
  };
}
