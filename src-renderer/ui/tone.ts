/** What a word means for the owner; the palette has a ground and an ink for each. */
export type ToneName = 'good' | 'warn' | 'bad' | 'info' | 'neutral';

export const toneInk = (tone: ToneName): string => (tone === 'neutral' ? 'var(--ink)' : `var(--${tone})`);
