/**
 * The first seq of `count` entries that is dated at `since` or later; `count + 1` when none is. Reads a few of them, since
 * the log's time never runs back. An entry that is missing counts as one in time: more is read then, never less.
 */
export function firstSince(count: number, atOf: (seq: number) => number | undefined, since: number): number {
  let low = 1;
  let high = count + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const at = atOf(middle);
    if (at !== undefined && at < since) low = middle + 1;
    else high = middle;
  }
  return low;
}
