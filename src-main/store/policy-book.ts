import { createHash, createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { GroatError } from '../../src-shared/errors/index.ts';
import type { NetworkName } from '../../src-shared/model/index.ts';
import { invariant } from '../base/assert.ts';
import type { BookChange, BookStamp, BookState, BookWritten, PolicyBook } from '../policy/ports.ts';
import type { Connection } from './connection.ts';

const bytes = z.instanceof(Uint8Array);
const count = z.bigint().positive().max(BigInt(Number.MAX_SAFE_INTEGER)).transform(Number);
const storedRow = z.strictObject({ key: z.string(), value: z.string(), version: count, mac: bytes });
const storedSeal = z.strictObject({ version: count, hash: z.string(), mac: bytes });

type Row = Omit<z.output<typeof storedRow>, 'mac'>;
type Altered = Extract<BookState, { kind: 'altered' }>;

const nothing: BookStamp = { version: 0, hash: '' };

export function createPolicyBook({ db, committer }: Connection, network: NetworkName, mac: KeyObject): PolicyBook {
  // The primary key's order, byte by byte: the same rows always come in the same one.
  const allRows = db.prepare('SELECT key, value, version, mac FROM policy ORDER BY key');
  const theSeal = db.prepare('SELECT version, hash, mac FROM policy_seal');
  const put = db.prepare(
    `INSERT INTO policy (key, value, version, mac) VALUES (?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, version = excluded.version, mac = excluded.mac`,
  );
  const drop = db.prepare('DELETE FROM policy WHERE key = ?');
  const putSeal = db.prepare(
    `INSERT INTO policy_seal (id, version, hash, mac) VALUES (1, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, hash = excluded.hash, mac = excluded.mac`,
  );
  const macOf = (...told: readonly (string | number)[]) =>
    createHmac('sha256', mac).update(JSON.stringify(told)).digest();
  const rowMac = ({ key, value, version }: Row) => macOf('groat policy row v1', network, key, version, value);
  const sealMac = ({ version, hash }: BookStamp) => macOf('groat policy seal v1', network, version, hash);

  /** What was last loaded or written here. */
  let known: BookStamp | null = null;
  let lastChange: Promise<unknown> = Promise.resolve();

  const read = (): BookState => {
    const rows = z.array(storedRow).safeParse(allRows.all());
    const seals = z.array(storedSeal).safeParse(theSeal.all());
    if (!rows.success || !seals.success) return altered('cannot be read');
    for (const row of rows.data) if (!same(row.mac, rowMac(row))) return altered(wasChanged, row.key);
    const [seal] = seals.data;
    if (seal === undefined) return rows.data.length === 0 ? { kind: 'empty' } : altered('has lost its seal');
    if (!same(seal.mac, sealMac(seal))) return altered('has a seal that is not ours');
    for (const { version, key } of rows.data) {
      if (version > seal.version) return altered('has a row from a later copy', key);
    }
    if (hashOf(rows.data) !== seal.hash) return altered('lacks a row, or has one from an older copy');
    const { version, hash } = seal;
    return { kind: 'read', version, hash, rows: new Map(rows.data.map(({ key, value }) => [key, value])) };
  };

  const load = (): BookState => {
    let found: BookState;
    try {
      found = read();
    } catch (error) {
      found = altered(`cannot be read (${error instanceof Error ? error.message : String(error)})`);
    }
    if (found.kind === 'altered') return found;
    const stamp = stampOf(found);
    if (known !== null && olderThan(stamp, known)) return altered('is an older copy than the one in use');
    known = stamp;
    return found;
  };

  /** Runs inside the transaction. */
  const write = (changes: readonly BookChange[], also: (written: BookWritten) => void): BookStamp => {
    // The whole book is checked, not the seal alone: what this seals must not hide what somebody else did to it.
    const found = read();
    if (found.kind === 'altered') throw new GroatError('policy-altered', { key: found.key, why: found.why });
    const stamp = stampOf(found);
    if (known === null || stamp.version !== known.version || stamp.hash !== known.hash) {
      throw new GroatError('policy-altered', { key: null, why: 'is not the one that was read last' });
    }
    const stood = found.kind === 'read' ? found.rows : new Map<string, string>();
    const version = stamp.version + 1;
    for (const { key, value } of changes) {
      if (value === null) drop.run(key);
      else put.run(key, value, version, rowMac({ key, value, version }));
    }
    const hash = hashOf(z.array(storedRow).parse(allRows.all()));
    putSeal.run(version, hash, sealMac({ version, hash }));
    const before = new Map(changes.map(({ key }) => [key, stood.get(key) ?? null]));
    also({ version, hash, before });
    return { version, hash };
  };

  return {
    load,
    change(changes, alsoInTransaction) {
      const change = lastChange.then(async () => {
        // SQLite would store something else for half a surrogate pair, and the MAC would never match.
        for (const { key, value } of changes) {
          invariant(
            key.isWellFormed() && (value ?? '').isWellFormed(),
            `the policy row ${key} is not well-formed text`,
          );
        }
        known = await committer.write(() => write(changes, alsoInTransaction));
        return known;
      });
      lastChange = change.catch(() => undefined);
      return change;
    },
  };
}

const wasChanged = 'has a row that was changed outside Groat';

const altered = (why: string, key: string | null = null): Altered => ({ kind: 'altered', key, why });

const stampOf = (state: Exclude<BookState, Altered>): BookStamp =>
  state.kind === 'empty' ? nothing : { version: state.version, hash: state.hash };

const olderThan = (found: BookStamp, known: BookStamp) =>
  found.version < known.version || (found.version === known.version && found.hash !== known.hash);

function hashOf(rows: readonly Row[]): string {
  const hash = createHash('sha256').update('groat policy rows v1\n');
  for (const { key, version, value } of rows) hash.update(`${JSON.stringify([key, version, value])}\n`);
  return hash.digest('hex');
}

const same = (found: Uint8Array, right: Uint8Array) => found.length === right.length && timingSafeEqual(found, right);
