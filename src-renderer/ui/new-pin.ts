/** A new PIN as it stands in its two fields. */
export interface NewPinText {
  readonly pin: string;
  readonly again: string;
}

export const noPin: NewPinText = { pin: '', again: '' };

/** The host's own bound; it counts again, and has the last word. */
const minCharacters = 8;

/** What to say beside each field; null while there is nothing to say. */
export function newPinProblems({ pin, again }: NewPinText): {
  readonly pin: string | null;
  readonly again: string | null;
} {
  const tooShort = pin !== '' && again !== '' && [...pin].length < minCharacters;
  return {
    pin: tooShort ? `At least ${minCharacters} characters` : null,
    again: again !== '' && !pin.startsWith(again) ? 'They are not the same' : null,
  };
}

export const isPinReady = ({ pin, again }: NewPinText): boolean => pin === again && [...pin].length >= minCharacters;
