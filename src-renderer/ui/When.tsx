import { useNow } from './now.ts';

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'narrow' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

const units = [
  ['second', 1_000, 60],
  ['minute', 60_000, 60],
  ['hour', 3_600_000, 24],
  ['day', 86_400_000, 30],
  ['month', 2_592_000_000, 12],
  ['year', 31_536_000_000, Number.POSITIVE_INFINITY],
] as const;

export function relativeTime(at: number, now: number): string {
  const ms = at - now;
  if (Math.abs(ms) < 5_000) return relative.format(0, 'second');
  for (const [unit, size, most] of units) {
    const count = Math.trunc(ms / size);
    if (Math.abs(count) < most) return relative.format(count, unit);
  }
  return exact.format(at);
}

export const exactTime = (at: number): string => exact.format(at);

/** "3m ago", with the exact time on hover and for screen readers. */
export function When({ at }: { readonly at: number }) {
  const now = useNow(5_000);
  return (
    <time dateTime={new Date(at).toISOString()} title={exact.format(at)} style={{ whiteSpace: 'nowrap' }}>
      {relativeTime(at, now)}
    </time>
  );
}
