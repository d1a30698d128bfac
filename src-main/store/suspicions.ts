import type { Suspicions as SuspicionsPort } from '../policy/ports.ts';
import type { Connection } from './connection.ts';
import type { Log } from './log.ts';

export interface Suspicions extends SuspicionsPort {
  /** Only inside a write of the committer: also looks whether anybody else has written to the file since we did. */
  look(): string | null;
}

const foreignWrite = 'another program wrote to Groat’s database while it ran';

/** The host is the only writer of its database. `PRAGMA data_version` moves when somebody else commits, never by our own. */
export function createSuspicions({ db, committer, recordedNow }: Connection, log: Log): Suspicions {
  const version = db.prepare<[], bigint>('PRAGMA data_version').pluck();
  const first = db.prepare<[], string>('SELECT why FROM suspicions ORDER BY id LIMIT 1').pluck();
  const add = db.prepare('INSERT INTO suspicions (at, why) VALUES (?, ?)');
  const clear = db.prepare('DELETE FROM suspicions');
  let seen = version.get();
  let standing = first.get() ?? null;

  const write = (why: string): void => {
    add.run(recordedNow(), why);
    log.append({ kind: 'books', agent: null, subject: null, data: { what: 'suspect', why } });
    standing ??= why;
  };

  const look = (): string | null => {
    const found = version.get();
    if (found !== seen) {
      seen = found;
      // In memory at once; on the disk with the next commit, whatever becomes of this one.
      standing ??= foreignWrite;
      void committer.writeAside(() => write(foreignWrite)).catch(() => undefined);
    }
    return standing;
  };

  return {
    look,
    current: () => standing,
    raise: (why) => committer.write(() => write(why)),
    dismiss: () =>
      committer.write(() => {
        clear.run();
        log.append({ kind: 'books', agent: null, subject: null, data: { what: 'accepted by the owner' } });
        committer.afterCommit(() => {
          standing = null;
        });
      }),
  };
}
