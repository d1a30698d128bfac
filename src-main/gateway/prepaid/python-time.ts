/** A moment as Python's `datetime.isoformat()` prints it in UTC, which is what ag402 signs (its reference, section 6). */
export interface PythonTime {
  /** Milliseconds since the epoch; what is below them is cut off. */
  readonly at: number;
  /** `YYYY-MM-DDTHH:MM:SS[.ffffff]+00:00`: six digits of fraction, or none when they are zero. */
  readonly printed: string;
}

const iso = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,6})\d{0,3})?(?:(Z)|([+-])(\d\d):?(\d\d))?$/;

/** Microseconds stay as they came, which no `Date` would keep. Without an offset it is UTC. Null for what is no time. */
export function readPythonTime(text: string): PythonTime | null {
  const match = iso.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction = '', , sign, offsetHours = '0', offsetMinutes = '0'] =
    match;
  const parts = [year, month, day, hour, minute, second].map(Number);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = parts;
  const local = Date.UTC(y, mo - 1, d, h, mi, s);
  const back = new Date(local);
  // Date counts a 13th month or a 61st minute on into the next; a year below 100 it takes for another.
  const same = [back.getUTCFullYear(), back.getUTCMonth() + 1, back.getUTCDate(), back.getUTCHours()];
  if (same.some((part, i) => part !== parts[i]) || mi > 59 || s > 59) return null;
  const offset = Number(offsetHours) * 60 + Number(offsetMinutes);
  if (offset >= 24 * 60) return null;
  const seconds = local + (sign === '-' ? offset : -offset) * 60_000;
  return withMicros(seconds, fraction.padEnd(6, '0'));
}

export function printPythonTime(at: number): string {
  const ms = ((at % 1000) + 1000) % 1000;
  return withMicros(at - ms, `${String(ms).padStart(3, '0')}000`).printed;
}

function withMicros(wholeSecond: number, micros: string): PythonTime {
  const head = new Date(wholeSecond).toISOString().slice(0, 19);
  return {
    at: wholeSecond + Math.floor(Number(micros) / 1000),
    printed: `${head}${micros === '000000' ? '' : `.${micros}`}+00:00`,
  };
}
