import type { AgentDetail } from '../../../src-shared/contract/index.ts';
import type { ToneName } from '../../ui/tone.ts';
import { reasonWords } from '../../ui/words.ts';

export const agentStates: {
  readonly [S in AgentDetail['state']]: { readonly word: string; readonly tone: ToneName };
} = {
  live: { word: 'Active', tone: 'good' },
  paused: { word: 'Paused', tone: 'warn' },
  revoked: { word: 'Removed', tone: 'neutral' },
  'not-valid': { word: 'Outside its dates', tone: 'warn' },
};

/** Trust from 0 to 1 as people speak of it; a new agent stands in the middle. */
export function trustWords(trust: number): { readonly word: string; readonly outOf100: number } {
  const outOf100 = Math.round(trust * 100);
  if (outOf100 >= 80) return { word: 'High', outOf100 };
  if (outOf100 >= 60) return { word: 'Good', outOf100 };
  if (outOf100 >= 40) return { word: 'Neutral', outOf100 };
  return { word: 'Low', outOf100 };
}

export const trustAbout =
  'From 0 to 100. A new agent begins at 50. Payments that arrive raise it slowly; failures, passed limits and your own no lower it faster. Below the mark of its role an agent has to ask you, or is refused.';

/** The parts that trust is made of, in the order in which they are shown. */
export const trustParts: readonly { readonly part: string; readonly word: string; readonly about: string }[] = [
  { part: 'talent', word: 'Skill', about: 'gets what it pays for' },
  { part: 'training', word: 'Experience', about: 'has done it often, and lately' },
  { part: 'temperament', word: 'Steadiness', about: 'keeps to its limits and does not insist' },
  { part: 'veracity', word: 'Honesty', about: 'you did not have to say no' },
  { part: 'validity', word: 'Soundness', about: 'its requests are in order' },
  { part: 'valuation', word: 'Value', about: 'what it buys arrives' },
];

/** Why requests were refused, the most frequent first, in words. */
export function refusedFor(deniedBy: AgentDetail['statistics']['deniedBy']): readonly (readonly [string, number])[] {
  return Object.entries(deniedBy)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => [wordsOf(reason), count]);
}

/** A newer host may know reasons that this page does not. */
export function wordsOf(reason: string): string {
  const known: { readonly [reason: string]: string } = reasonWords;
  return known[reason] ?? reason;
}
