import { InvalidArgumentError } from 'commander';

/** What is typed, as values. Each throws for what it is not, and the command ends with exit 2 before it did anything. */
export function toPort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('It must be a port number, 0 to 65535.');
  return port;
}

export function toDecimal(text: string): string {
  if (!/^(0|[1-9]\d{0,12})(\.\d{1,6})?$/.test(text))
    throw new InvalidArgumentError('It must be a plain decimal such as 0.01.');
  return text;
}

/** Dollars, or `none` for no limit of its own. */
export function toCap(text: string): string {
  if (text === 'none') return text;
  if (!/^(0|[1-9]\d{0,12})(\.\d{1,6})?$/.test(text))
    throw new InvalidArgumentError('It must be dollars such as 0.25, or none.');
  return text;
}

export function toCountCap(text: string): number | 'none' {
  if (text === 'none') return text;
  if (!/^(0|[1-9]\d{0,8})$/.test(text)) throw new InvalidArgumentError('It must be a whole number, or none.');
  return Number(text);
}

export function toPositiveCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return Number(text);
}

export function toShare(text: string): number {
  if (!/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/.test(text)) throw new InvalidArgumentError('It must be 0 to 1, such as 0.4.');
  return Number(text);
}

/** Rows of a listing. */
export function toCount(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text) || Number(text) > 1000) throw new InvalidArgumentError('It must be 1 to 1000.');
  return Number(text);
}

export function toHoldMs(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 50_000)
    throw new InvalidArgumentError('It must be milliseconds, 0 to 50000.');
  return Number(text);
}

/** Milliseconds since the epoch. A time without its zone would mean something else on every machine. */
export function toTime(text: string): number {
  const [whole, day = ''] =
    /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/.exec(text) ?? [];
  const time = Date.parse(text);
  // Date takes February 30th for March 2nd.
  const exists = whole !== undefined && new Date(Date.parse(day) || 0).toISOString().startsWith(day);
  if (!exists || Number.isNaN(time) || time < 0)
    throw new InvalidArgumentError('It must be a time such as 2027-01-31 or 2027-01-31T18:00:00Z.');
  return time;
}

export function toTimeOrOpen(text: string): number | 'open' {
  return text === 'open' ? text : toTime(text);
}

/** For an option that may be repeated. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
