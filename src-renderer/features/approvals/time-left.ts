/** "42 min", and below two minutes "1:45". */
export function timeLeft(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  if (seconds >= 120) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

const spokenAt = [
  [300, '5 minutes left'],
  [60, 'One minute left'],
  [30, '30 seconds left'],
  [10, '10 seconds left'],
] as const;

/** What is said aloud: it changes only at these steps, since a voice that counts every second is of no use to anybody. */
export function spokenTimeLeft(ms: number): string {
  if (ms <= 0) return 'Time is up';
  return spokenAt.findLast(([seconds]) => ms <= seconds * 1_000)?.[1] ?? '';
}
