import { hash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';

/** Who may use the screens in a browser. Only hashes are kept, and only in memory: a new process knows nobody. */
export interface UiSessions {
  /** A code to be exchanged once within a minute, of 43 URL-safe characters. */
  issueCode(): string;
  exchange(code: string): Exchange;
  /** Null for a bearer that is not known, has ended, or was not used for 12 hours. */
  use(token: string): SessionUse | null;
  /** From then on the bearer is worth nothing, and whatever is under way with it ends. */
  end(token: string): void;
  /**
   * They are used at this port from now on. A page of another port shows its bearer to whoever has that one now: where it was
   * another one before, all sessions end.
   */
  moveTo(port: number): void;
}

/** `busy`: wrong too, and so many were within a minute that whoever tries is to wait. */
export type Exchange =
  | { readonly kind: 'opened'; readonly token: string }
  | { readonly kind: 'refused' }
  | { readonly kind: 'busy' };

export interface SessionUse {
  /** Aborted when the session ends. */
  readonly ended: AbortSignal;
  /** The call or stream is over; until then the session is in use and does not grow old. */
  done(): void;
}

interface Session {
  readonly ends: AbortController;
  usedAt: number;
  underWay: number;
}

const codeMs = 60_000;
const codesAtOnce = 8;
const idleMs = 12 * 60 * 60_000;
const sessionsAtOnce = 32;
/** A code cannot be guessed, and a program that tries all the same must keep nobody out who holds the right one. */
const wrongPerMinute = 10;

export function createUiSessions({ clock, random }: { readonly clock: Clock; readonly random: Random }): UiSessions {
  /** Oldest first. */
  let codes: { readonly hash: Buffer; readonly until: number }[] = [];
  let wrong: number[] = [];
  let usedAt: number | null = null;
  /** By the bearer's hash, the one that was used longest ago first. */
  const sessions = new Map<string, Session>();

  const fresh = (): string => Buffer.from(random(32)).toString('base64url');
  const isOld = ({ underWay, usedAt }: Session): boolean => underWay === 0 && clock.monotonic() - usedAt >= idleMs;
  const end = (key: string): void => {
    sessions.get(key)?.ends.abort();
    sessions.delete(key);
  };

  return {
    issueCode() {
      const code = fresh();
      const now = clock.monotonic();
      codes = codes.filter(({ until }) => until > now).slice(1 - codesAtOnce);
      codes.push({ hash: hash('sha256', code, 'buffer'), until: now + codeMs });
      return code;
    },
    exchange(code) {
      const now = clock.monotonic();
      const given = hash('sha256', code, 'buffer');
      // Every code is compared, whichever fits: the time it takes says nothing.
      const fitting = codes.filter((one) => timingSafeEqual(one.hash, given));
      codes = codes.filter((one) => !fitting.includes(one));
      if (!fitting.some(({ until }) => until > now)) {
        wrong = wrong.filter((at) => now - at < 60_000);
        if (wrong.length >= wrongPerMinute) return { kind: 'busy' };
        wrong.push(now);
        return { kind: 'refused' };
      }
      for (const [key, session] of sessions) if (isOld(session) || sessions.size >= sessionsAtOnce) end(key);
      const token = fresh();
      sessions.set(hash('sha256', token), { ends: new AbortController(), usedAt: now, underWay: 0 });
      return { kind: 'opened', token };
    },
    use(token) {
      const key = hash('sha256', token);
      const session = sessions.get(key);
      if (session === undefined) return null;
      if (isOld(session)) {
        end(key);
        return null;
      }
      sessions.delete(key);
      sessions.set(key, session);
      session.usedAt = clock.monotonic();
      session.underWay += 1;
      let over = false;
      return {
        ended: session.ends.signal,
        done() {
          if (over) return;
          over = true;
          session.underWay -= 1;
          session.usedAt = clock.monotonic();
        },
      };
    },
    end: (token) => end(hash('sha256', token)),
    moveTo(port) {
      if (usedAt !== null && usedAt !== port) {
        // A link that was not opened yet leads to the other port too.
        codes = [];
        for (const key of sessions.keys()) end(key);
      }
      usedAt = port;
    },
  };
}

/** The code goes after the `#`: a browser keeps that part to itself, so it stands in no request and in no log. */
export const uiLink = (uiUrl: string, sessions: UiSessions): string => `${uiUrl}/#code=${sessions.issueCode()}`;
