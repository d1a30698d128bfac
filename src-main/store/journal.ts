import type { Journal } from '../policy/ports.ts';
import type { Connection } from './connection.ts';
import type { Log } from './log.ts';

export function createJournal({ committer }: Connection, log: Log): Journal {
  return {
    append: (draft) => void log.append(draft),
    note: (draft) => committer.writeAside(() => void log.append(draft)),
  };
}
