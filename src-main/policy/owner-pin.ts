import { isUtf8 } from 'node:buffer';
import { createHmac, scrypt, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { GroatError } from '../../src-shared/errors/index.ts';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';

/** What `owner` keeps on record with a write of its row. */
export type PinEvent = 'pin-set' | 'pin-changed' | 'pin-tried' | 'pin-locked' | 'pin-right' | 'pin-lock-shortened';

/**
 * The row `pin` of the policy book.
 * Promise: `read` gives what stands now, null when there is none, and throws `policy-altered` when the book cannot be
 * trusted. `write` is durable when it resolves; on failure it rejects, and no answer about the PIN is given.
 */
export interface PinRow {
  read(): string | null;
  write(value: string, event: PinEvent): Promise<void>;
}

export interface OwnerDeps {
  readonly row: PinRow;
  /** From the wallet's sealing key: the row alone is not enough to guess at. */
  readonly pepper: Uint8Array;
  readonly clock: Clock;
  readonly random: Random;
  readonly stretch?: Stretch;
}

export type PinVerdict =
  | 'right'
  | { readonly kind: 'wrong'; readonly triesLeft: number }
  /** Milliseconds since the epoch. Also the answer to the wrong try that locked it. */
  | { readonly kind: 'locked'; readonly until: number }
  /** No PIN was ever set. */
  | 'none';

export interface OwnerState {
  readonly hasPin: boolean;
  readonly lockedUntil: number | null;
}

/** Who knows the PIN is the owner. Every PIN that is handed in is zeroed, whatever the answer. */
export interface Owner {
  /**
   * Tries a PIN (UTF-8). Five wrong ones lock it for a minute, and each one after that for twice as long, up to an hour.
   * Tries are taken one at a time, and each is on disk before the PIN is even looked at: neither many at once nor a
   * crash gives a free one. While it is locked nothing is tried.
   */
  verify(pin: Buffer): Promise<PinVerdict>;
  /**
   * Sets the PIN; over an existing one only with the `current` one, which is a try like any other. The first one is
   * anybody's who may call: that there was never one before is for the caller to know. Throws `pin-weak`.
   */
  setPin(
    newPin: Buffer,
    current: Buffer | null,
  ): Promise<'set' | 'current-needed' | Exclude<PinVerdict, 'right' | 'none'>>;
  state(): OwnerState;
}

const minCharacters = 8;
const maxBytes = 1024;
const freeTries = 5;
const firstLockMs = 60_000;
const longestLockMs = 3_600_000;
/** Counted no further; the wait stopped growing long before. */
const mostLocks = 64;

const base64of32 = z.string().regex(/^[A-Za-z0-9+/]{43}=$/);
const cost = { n: z.literal(2 ** 17), r: z.literal(8), p: z.literal(1) };
const count = z.number().int().min(0);

const pinRecord = z.strictObject({
  ...cost,
  salt: base64of32,
  hash: base64of32,
  /** Wrong tries since the last right one, the one under way included. */
  tries: count,
  lockedUntil: count.nullable(),
  /** How many locks there were since the last right PIN. */
  lockLevel: count.max(mostLocks),
  setAt: count,
});
type PinRecord = Readonly<z.infer<typeof pinRecord>>;

/** scrypt's costs and salt (base64). One guess takes about half a second and 128 MiB. */
export type StretchTerms = Pick<PinRecord, 'n' | 'r' | 'p' | 'salt'>;
export type Stretch = (secret: Buffer, terms: StretchTerms) => Promise<Buffer>;

export function createOwner({ row, pepper, clock, random, stretch = stretchByScrypt }: OwnerDeps): Owner {
  let lastTurn: Promise<unknown> = Promise.resolve();
  /** The lock as this process first saw it, ended by a clock that nobody can set: a jump of wall time opens nothing. */
  let seenLock: { readonly until: number; readonly endsAt: number } | null = null;

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = lastTurn.then(work);
    lastTurn = turn.catch(() => undefined);
    return turn;
  };

  const read = (): PinRecord | null => {
    const text = row.read();
    if (text === null) return null;
    try {
      return pinRecord.parse(JSON.parse(text));
    } catch (error) {
      throw new GroatError('policy-altered', { key: 'pin', why: 'has a PIN that cannot be read' }, error);
    }
  };

  const write = (record: PinRecord, event: PinEvent): Promise<void> => row.write(canonical(record), event);

  /** Milliseconds that the lock still has. A lock from a time when the clock was ahead lasts no longer than any other. */
  const lockLeft = ({ lockedUntil }: PinRecord): number => {
    if (lockedUntil === null) return 0;
    if (seenLock?.until !== lockedUntil) {
      const leftMs = Math.min(lockedUntil - clock.now(), longestLockMs);
      seenLock = { until: lockedUntil, endsAt: clock.monotonic() + leftMs };
    }
    return Math.max(0, seenLock.endsAt - clock.monotonic());
  };

  const peppered = async (pin: Buffer, terms: StretchTerms): Promise<Buffer> => {
    const secret = createHmac('sha256', pepper).update(pin).digest();
    try {
      return await stretch(secret, terms);
    } finally {
      secret.fill(0);
    }
  };

  const tryPin = async (pin: Buffer): Promise<PinVerdict> => {
    const record = read();
    if (record === null) return 'none';
    const leftMs = lockLeft(record);
    if (leftMs > 0) return locked(record, leftMs);

    const { tried, lockMs } = afterTry(record, clock.now());
    if (tried.lockedUntil !== null) seenLock = { until: tried.lockedUntil, endsAt: clock.monotonic() + lockMs };
    await write(tried, lockMs > 0 ? 'pin-locked' : 'pin-tried');
    const found = await peppered(pin, record);
    const right = timingSafeEqual(found, Buffer.from(record.hash, 'base64'));
    found.fill(0);
    if (right) {
      await write({ ...record, tries: 0, lockedUntil: null, lockLevel: 0 }, 'pin-right');
      return 'right';
    }
    return lockMs > 0 ? locked(tried, lockLeft(tried)) : { kind: 'wrong', triesLeft: freeTries - tried.tries };
  };

  const locked = async (record: PinRecord, leftMs: number): Promise<PinVerdict> => {
    const until = Math.ceil(clock.now() + leftMs);
    // Wall time went back: on record too the wait is what it is here, or a restart would begin it anew.
    if (record.lockedUntil !== null && record.lockedUntil > clock.now() + longestLockMs) {
      await write({ ...record, lockedUntil: until }, 'pin-lock-shortened');
      seenLock = { until, endsAt: clock.monotonic() + leftMs };
    }
    return { kind: 'locked', until };
  };

  const makeRecord = async (pin: Buffer): Promise<PinRecord> => {
    const terms: StretchTerms = { n: 2 ** 17, r: 8, p: 1, salt: Buffer.from(random(32)).toString('base64') };
    const hash = await peppered(pin, terms);
    return { ...terms, hash: hash.toString('base64'), tries: 0, lockedUntil: null, lockLevel: 0, setAt: clock.now() };
  };

  return {
    verify: (pin) => inTurn(() => tryPin(pin)).finally(() => pin.fill(0)),
    setPin: (newPin, current) =>
      inTurn(async () => {
        refuseWeak(newPin);
        const first = read() === null;
        if (!first) {
          if (current === null) return 'current-needed';
          const verdict = await tryPin(current);
          if (verdict === 'none') throw new GroatError('policy-altered', { key: 'pin', why: 'has lost its PIN' });
          if (verdict !== 'right') return verdict;
        }
        await write(await makeRecord(newPin), first ? 'pin-set' : 'pin-changed');
        return 'set';
      }).finally(() => {
        newPin.fill(0);
        current?.fill(0);
      }),
    state() {
      const record = read();
      if (record === null) return { hasPin: false, lockedUntil: null };
      const leftMs = lockLeft(record);
      return { hasPin: true, lockedUntil: leftMs > 0 ? Math.ceil(clock.now() + leftMs) : null };
    },
  };
}

/** The record as it stands while a try is under way: as if it had been wrong. */
function afterTry(record: PinRecord, now: number): { readonly tried: PinRecord; readonly lockMs: number } {
  const tries = record.tries + 1;
  if (tries < freeTries) return { tried: { ...record, tries }, lockMs: 0 };
  const lockMs = Math.min(firstLockMs * 2 ** record.lockLevel, longestLockMs);
  const lockLevel = Math.min(record.lockLevel + 1, mostLocks);
  return { tried: { ...record, tries, lockedUntil: now + lockMs, lockLevel }, lockMs };
}

function refuseWeak(pin: Buffer): void {
  if (!isUtf8(pin)) throw new GroatError('pin-weak', { problem: 'it is not UTF-8 text' });
  // Counted in place, so that no string of it is left behind: every byte that does not continue a character.
  const characters = pin.reduce((sum, byte) => sum + ((byte & 0xc0) === 0x80 ? 0 : 1), 0);
  if (characters < minCharacters) {
    throw new GroatError('pin-weak', { problem: `it has fewer than ${minCharacters} characters` });
  }
  if (pin.length > maxBytes) throw new GroatError('pin-weak', { problem: `it is longer than ${maxBytes} bytes` });
}

/** Keys in order, no spaces: the same record is always the same text. */
function canonical(record: PinRecord): string {
  return JSON.stringify(Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))));
}

const stretchByScrypt: Stretch = (secret, { n, r, p, salt }) =>
  new Promise((resolve, reject) => {
    const options = { N: n, r, p, maxmem: 256 * n * r };
    scrypt(secret, Buffer.from(salt, 'base64'), 32, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
