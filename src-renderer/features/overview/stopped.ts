/** What a breaker stands for, in words: `agent:a`, `origin:o`, or both. */
export function stoppedWords(scope: string): string {
  const [kind, ...rest] = scope.split(':');
  const what = rest.join(':');
  if (kind === 'agent') return `${what} failed too often and is stopped for a while.`;
  if (kind === 'origin') return `Payments to ${what} failed too often and are stopped for a while.`;
  return `${scope} failed too often and is stopped for a while.`;
}
