import { z } from 'zod';
import type { Answers } from '../payments/ports.ts';
import type { Connection } from './connection.ts';
import { lightWrite } from './light-write.ts';

/** In all; the oldest go first. */
const maxBytes = 256 * 1024 * 1024;
/** Rows cleared away with each one that comes, so that none of them takes long. */
const sweep = 4;

interface Row {
  readonly status: bigint;
  readonly reason: string;
  readonly headers: string;
  readonly body: Buffer;
}

const headersSchema = z.array(z.string());

export function createAnswers({ db, committer, recordedNow }: Connection, limit = maxBytes): Answers {
  const insert = db.prepare(
    `INSERT INTO answers (message_hash, status, reason, headers, body, expires_at) VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const find = db.prepare<[string, number], Row>(
    'SELECT status, reason, headers, body FROM answers WHERE message_hash = ? AND expires_at > ?',
  );
  const size = 'LENGTH(body) + LENGTH(headers) + 200';
  const earlier = db.prepare<[string], bigint>(`DELETE FROM answers WHERE message_hash = ? RETURNING ${size}`).pluck();
  const expired = db
    .prepare<[number], bigint>(
      `DELETE FROM answers WHERE seq IN
         (SELECT seq FROM answers WHERE expires_at <= +? ORDER BY expires_at LIMIT ${sweep}) RETURNING ${size}`,
    )
    .pluck();
  const oldest = db
    .prepare<[], bigint>(`DELETE FROM answers WHERE seq = (SELECT MIN(seq) FROM answers) RETURNING ${size}`)
    .pluck();
  let held = Number(db.prepare<[], bigint>(`SELECT COALESCE(SUM(${size}), 0) FROM answers`).pluck().get() ?? 0n);

  const freed = (sizes: readonly bigint[]): void => {
    for (const bytes of sizes) held -= Number(bytes);
  };

  return {
    keep: (messageHash, { status, reason, headers, body }, until) =>
      lightWrite(committer, () => {
        freed([...expired.all(recordedNow()), ...earlier.all(messageHash)]);
        const text = JSON.stringify(headers);
        const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
        insert.run(messageHash, status, reason, text, bytes, until);
        held += bytes.length + text.length + 200;
        while (held > limit) {
          const gone = oldest.all();
          if (gone.length === 0) return;
          freed(gone);
        }
      }),
    get(messageHash, now) {
      const row = find.get(messageHash, now);
      if (row === undefined) return null;
      const { status, reason, headers, body } = row;
      return { status: Number(status), reason, headers: headersSchema.parse(JSON.parse(headers)), body };
    },
  };
}
