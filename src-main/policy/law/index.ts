export { defaultLaw } from './default-law.ts';
export { type LawFacts, lawFacts } from './facts.ts';
export { type Judged, judge } from './judge.ts';
export { brokenVersion, diffLaws, type HashOf, type Law, type LawDiff, lawHash, lawSchema, nextLaw } from './law.ts';
export { type Condition, condition, type Norm, norm } from './norm.ts';
