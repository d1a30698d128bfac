import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Preferences, preferences } from '../../src-shared/contract/screens.ts';
import { type Atomic, parseDecimal } from '../../src-shared/model/index.ts';
import { replaceHomeFile } from '../base/home-file.ts';
import type { LogSink } from '../base/log-sink.ts';

/** How Groat shows itself, for all networks: `preferences.json` in the home. Nothing here lets anybody spend. */
export interface PreferenceBook {
  show(): Preferences;
  /** Durable when it resolves. Throws `amount-invalid` for a ceiling that is no amount. */
  set(change: { readonly [P in keyof Preferences]?: Preferences[P] | undefined }): Promise<Preferences>;
  /** More than this in the wallet is told about; null: as much as one likes. */
  ceiling(): Atomic | null;
  /** Answers how to stop listening. */
  onChanged(listener: (now: Preferences) => void): () => void;
}

const defaults: Preferences = {
  welcomed: false,
  notifications: 'attention',
  startAtLogin: false,
  dockIcon: false,
  walletCeiling: 'none',
};

/** Of dollars. */
const decimals = 6;

/** A file that cannot be read is as good as none: it is no reason not to start. */
export function openPreferences(home: string, log: LogSink): PreferenceBook {
  const file = join(home, 'preferences.json');
  let current = found(file, log);
  let writing: Promise<unknown> = Promise.resolve();
  const listeners = new Set<(now: Preferences) => void>();

  return {
    show: () => current,
    set(change) {
      const turn = writing.then(async () => {
        const stated = Object.entries(change).filter(([, value]) => value !== undefined);
        const next = preferences.parse({ ...current, ...Object.fromEntries(stated) });
        ceilingOf(next);
        await replaceHomeFile(file, `${JSON.stringify(next, null, 2)}\n`);
        current = next;
        for (const listener of listeners) listener(next);
        return next;
      });
      writing = turn.catch(() => undefined);
      return turn;
    },
    ceiling: () => ceilingOf(current),
    onChanged(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function found(file: string, log: LogSink): Preferences {
  try {
    const stated = preferences.partial().parse(JSON.parse(readFileSync(file, 'utf8')));
    const read = preferences.parse({ ...defaults, ...stated });
    ceilingOf(read);
    return read;
  } catch (error) {
    const none = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!none) log.warn('preferences.json cannot be read; the defaults hold', { error });
    return defaults;
  }
}

function ceilingOf({ walletCeiling }: Preferences): Atomic | null {
  return walletCeiling === 'none' ? null : parseDecimal(walletCeiling, decimals);
}
