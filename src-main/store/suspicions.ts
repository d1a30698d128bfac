import { z } from 'zod';
import type { Suspicions as SuspicionsPort } from '../policy/ports.ts';
import { lastBooksEntry } from './accepted.ts';
import type { Connection } from './connection.ts';
import type { Log } from './log.ts';
import type { UsageBook } from './usage.ts';

export interface Suspicions extends SuspicionsPort {
  /** Only inside a write of the committer: also looks whether anybody else has written to the file since we did. */
  look(): string | null;
}

const foreignWrite = 'another program wrote to Groat’s database while it ran';

const suspectData = z.object({ what: z.literal('suspect'), why: z.string() });

/**
 * The host is the only writer of its database. `PRAGMA data_version` moves when somebody else commits, never by our own.
 * What stands is read from the log: a row elsewhere could be deleted, and the doubt with it.
 */
export function createSuspicions({ db, committer }: Connection, log: Log, usage: UsageBook): Suspicions {
  const version = db.prepare<[], bigint>('PRAGMA data_version').pluck();
  const onRecord = (): string | null => suspectData.safeParse(lastBooksEntry(log)?.data).data?.why ?? null;
  let seen = version.get();
  let standing = onRecord();
  /** So that what is found while the owner accepts outlives the acceptance. */
  let found = 0;

  const write = (why: string): void => {
    if (onRecord() === null) log.append({ kind: 'books', agent: null, subject: null, data: { what: 'suspect', why } });
  };

  /** In memory at once; on the disk with a commit, whatever becomes of the one that runs. */
  const suspect = (why: string): void => {
    standing ??= why;
    found += 1;
  };

  return {
    look() {
      const now = version.get();
      if (now !== seen) {
        seen = now;
        suspect(foreignWrite);
        void committer.writeAside(() => write(foreignWrite)).catch(() => undefined);
      }
      return standing;
    },
    current: () => standing,
    raise(why) {
      suspect(why);
      return committer.write(() => write(why));
    },
    async dismiss() {
      // A doubt that is not on the disk yet would come after the acceptance, and stand again.
      await committer.flushed();
      await committer.write(() => {
        const known = found;
        usage.holdWhatIsOpen();
        log.append({ kind: 'books', agent: null, subject: null, data: { what: 'accepted by the owner' } });
        committer.afterCommit(() => {
          if (found === known) standing = null;
        });
      });
    },
  };
}
