import { expect, test } from 'vitest';
import { defaultTerms, deskTerms, isAtDefaults } from '../../../src-main/policy/default-terms.ts';
import { defaultLaw } from '../../../src-main/policy/law/index.ts';
import type { Policy } from '../../../src-main/policy/policy.ts';
import { type Delegation, desk } from '../../../src-main/policy/terms.ts';
import { networks } from '../../../src-shared/model/index.ts';

const network = networks.devnet;
const delegation = (subject: string, terms: Delegation['terms']): [string, Delegation] => [
  subject,
  { subject, parent: subject === desk ? null : desk, terms, createdAt: 0, revokedAt: null },
];
const untouched: Policy = {
  version: 1,
  delegations: new Map([delegation(desk, deskTerms(network)), delegation('cli', defaultTerms(network))]),
  roles: new Map(),
  law: defaultLaw,
  ceilings: network.ceilings,
  pausedAll: false,
  pausedAgents: new Set(),
  hasPin: false,
  approvers: new Map(),
  settings: null,
};

test('the first PIN off the sandbox is for a desk that nobody has changed: tightened, paused and revoked is changed', () => {
  expect(isAtDefaults(untouched, network)).toBe(true);
  const tightened = delegation('cli', { ...defaultTerms(network), role: 'reader' });
  const revoked: [string, Delegation] = ['cli', { ...delegation('cli', defaultTerms(network))[1], revokedAt: 1 }];
  const changes: readonly Partial<Policy>[] = [
    { delegations: new Map([delegation(desk, deskTerms(network)), tightened]) },
    { delegations: new Map([delegation(desk, deskTerms(network)), revoked]) },
    { pausedAll: true },
    { pausedAgents: new Set(['cli']) },
    { law: { ...defaultLaw, version: 2 } },
    { approvers: new Map([['ann', 'key']]) },
  ];
  for (const change of changes) expect(isAtDefaults({ ...untouched, ...change }, network)).toBe(false);
});
