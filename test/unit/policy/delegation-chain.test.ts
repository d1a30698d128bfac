import { expect, test } from 'vitest';
import { chainOf } from '../../../src-main/policy/delegation-chain.ts';
import type { Delegation } from '../../../src-main/policy/terms.ts';
import { delegation } from '../../support/facts.ts';

const now = 1_000;
const root = delegation('@desk', null);
const ann = delegation('ann', '@desk');
const bob = delegation('bob', 'ann');
const cem = delegation('cem', 'bob');
const dua = delegation('dua', 'cem');

function of(agent: string, ...links: readonly Delegation[]): string {
  const chain = chainOf(new Map(links.map((link) => [link.subject, link])), agent, now);
  return chain.kind === 'refused' ? chain.reason : chain.links.map(({ subject }) => subject).join(' ');
}

test('a chain goes from the agent’s own up to the desk’s, three times handed on at most', () => {
  expect(of('dua', root, ann, bob, cem, dua)).toBe('dua cem bob ann @desk');
  expect(of('eve', root, ann, bob, cem, dua, delegation('eve', 'dua'))).toBe('delegation-too-deep');
});

test('what is dead above is dead below at once', () => {
  const all = [root, ann, bob, cem, dua];
  const deaths = [
    [{ revokedAt: 1 }, 'delegation-revoked'],
    [{ terms: { ...ann.terms, validFrom: now + 1 } }, 'delegation-not-yet-valid'],
    [{ terms: { ...ann.terms, validUntil: now } }, 'delegation-expired'],
  ] as const;
  for (const [death, reason] of deaths)
    for (const dead of all) {
      const links = all.map((link) => (link === dead ? { ...link, ...death } : link));
      expect(of('dua', ...links), dead.subject).toBe(reason);
    }
});

test('it is valid from its first moment up to its last, and not at that very moment', () => {
  const within = delegation('ann', '@desk', { validFrom: now, validUntil: now + 1 });
  expect(of('ann', root, within)).toBe('ann @desk');
});

test('a parent that is gone, a ring and a root that is not the desk’s are refused', () => {
  expect(of('bob', root, bob)).toBe('delegation-missing');
  expect(of('ann', root, delegation('ann', 'bob'), bob)).toBe('delegation-too-deep');
  expect(of('ann', root, delegation('ann', null))).toBe('delegation-missing');
  expect(of('nobody', root)).toBe('delegation-missing');
});
