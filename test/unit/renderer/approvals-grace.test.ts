import { describe, expect, it } from 'vitest';
import {
  type Grace,
  graceAfter,
  graceMs,
  type Input,
  noGrace,
} from '../../../src-renderer/features/approvals/grace.ts';

/** Plays inputs one after the other and says whether the last one counts. */
function lastCounts(...inputs: readonly Input[]): boolean {
  let grace: Grace = noGrace;
  let counts = false;
  for (const input of inputs) ({ grace, counts } = graceAfter(grace, input));
  return counts;
}

const drawn = (at: number): Input => ({ kind: 'drawn', at });
const hidden: Input = { kind: 'hidden' };
const free: Input = { kind: 'free' };
const press = (at: number, what = 'pointer'): Input => ({ kind: 'pressed', what, at, repeated: false });
const repeat = (at: number, what: string): Input => ({ kind: 'pressed', what, at, repeated: true });
const lift = (at: number, what: string): Input => ({ kind: 'lifted', what, at });
const click = (at: number): Input => ({ kind: 'clicked', at });

describe('the grace of a question', () => {
  const cases: readonly (readonly [claim: string, counts: boolean, inputs: readonly Input[]])[] = [
    ['no click counts before the question was drawn', false, [press(900), click(950)]],
    ['no click counts one millisecond before the grace is over', false, [drawn(1_000), click(1_000 + graceMs - 1)]],
    ['a click at the end of the grace counts', true, [drawn(1_000), press(1_500), click(1_500)]],
    ['a press within the grace is no answer when it ends after it', false, [drawn(1_000), press(1_499), click(1_600)]],
    [
      'a press from before the question is no answer, however long it was held',
      false,
      [press(900), drawn(1_000), click(5_000)],
    ],
    [
      'a press between two questions answers neither',
      false,
      [drawn(1_000), press(1_600), hidden, drawn(1_650), click(2_400)],
    ],
    ['another question begins the grace anew', false, [drawn(1_000), hidden, drawn(3_000), press(3_400), click(3_400)]],
    ['nothing counts while the page cannot be seen', false, [drawn(1_000), hidden, press(9_000), click(9_000)]],
    ['a key counts after the grace', true, [drawn(1_000), press(1_700, 'Enter')]],
    ['a key within the grace does not count', false, [drawn(1_000), press(1_400, 'Enter')]],
    ['a key that repeats never counts', false, [drawn(1_000), press(1_700, 'Enter'), repeat(2_200, 'Enter')]],
    ['a key held since before the question does not count when it is let go', false, [drawn(1_000), lift(1_900, ' ')]],
    [
      'a key pressed within the grace does not count when it is let go after it',
      false,
      [drawn(1_000), press(1_400, ' '), lift(1_900, ' ')],
    ],
    ['a key pressed and let go after the grace counts', true, [drawn(1_000), press(1_600, ' '), lift(1_700, ' ')]],
    [
      'letting another key go than was pressed does not count',
      false,
      [drawn(1_000), press(1_600, 'Enter'), lift(1_700, ' ')],
    ],
    ['a click that no press made, as of a screen reader, counts after the grace', true, [drawn(1_000), click(1_500)]],
    ['a press that is long over does not spoil such a click', true, [press(900), free, drawn(1_000), click(1_500)]],
  ];
  it.each(cases)('%s', (_, counts, inputs) => {
    expect(lastCounts(...inputs)).toBe(counts);
  });
});
