/**
 * Whether a click or a key is an answer to the question that is shown, or was meant for something else. A question appears
 * under a hand that is about to click, or under a key that is still held; nothing that began before it stood still for a
 * while counts. All times are those of input events, in milliseconds.
 */
export const graceMs = 500;

export interface Grace {
  /** From when on something counts; never, while the question has not been drawn or nobody can see it. */
  readonly armedAt: number;
  /** What is held down: a mouse button, a finger or a key, and since when. Null when nothing is known to be. */
  readonly press: { readonly what: string; readonly at: number } | null;
}

export type Input =
  /** The question is another one, moved, or cannot be seen. */
  | { readonly kind: 'hidden' }
  /** It stands on the screen now. */
  | { readonly kind: 'drawn'; readonly at: number }
  | { readonly kind: 'pressed'; readonly what: string; readonly at: number; readonly repeated: boolean }
  /** The end of a press, before the click that it may make. */
  | { readonly kind: 'lifted'; readonly what: string; readonly at: number }
  /** The click that it made, if any, is over. */
  | { readonly kind: 'free' }
  | { readonly kind: 'clicked'; readonly at: number };

export const noGrace: Grace = { armedAt: Number.POSITIVE_INFINITY, press: null };

/** The state after an input, and whether the input counts. What does not count must not reach a button. */
export function graceAfter(grace: Grace, input: Input): { readonly grace: Grace; readonly counts: boolean } {
  switch (input.kind) {
    case 'hidden':
      return { grace: { ...grace, armedAt: Number.POSITIVE_INFINITY }, counts: true };
    case 'drawn':
      return { grace: { ...grace, armedAt: input.at + graceMs }, counts: true };
    case 'pressed': {
      // A key that repeats was pressed long ago, perhaps for another window.
      if (input.repeated) return { grace, counts: false };
      const press = { what: input.what, at: input.at };
      return { grace: { ...grace, press }, counts: begunAfter(grace, press) };
    }
    case 'lifted':
      return { grace, counts: grace.press?.what === input.what && begunAfter(grace, grace.press) };
    case 'free':
      return { grace: { ...grace, press: null }, counts: true };
    case 'clicked':
      // A screen reader clicks without a press.
      return { grace, counts: input.at >= grace.armedAt && (grace.press === null || begunAfter(grace, grace.press)) };
  }
}

const begunAfter = ({ armedAt }: Grace, press: Grace['press']): boolean => press !== null && press.at >= armedAt;
