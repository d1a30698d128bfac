import { expect, test } from 'vitest';
import { builtInRoles, defaultRole, roleSchema, rolesByName } from '../../../src-main/policy/roles.ts';
import { newTrust, trustScore } from '../../../src-main/policy/trust.ts';
import { actions, networks } from '../../../src-shared/model/index.ts';

const monthMs = 30 * 86_400_000;

test('every built-in role survives being stored', () => {
  for (const role of builtInRoles) {
    expect(roleSchema.decode(JSON.parse(JSON.stringify(roleSchema.encode({ ...role }))))).toEqual(role);
  }
});

test('an agent that nobody knows passes every built-in threshold, also one that was idle for three years', () => {
  for (const { name, trust } of builtInRoles) {
    expect(trustScore(newTrust(0), 0), name).toBeGreaterThanOrEqual(trust.threshold);
    expect(trustScore(newTrust(0), 36 * monthMs), name).toBeGreaterThanOrEqual(trust.threshold);
  }
});

test('a reader spends nothing', () => {
  const reader = rolesByName([]).get('reader');
  expect(reader?.actions.filter((action) => actions[action].spends)).toEqual([]);
  expect(reader?.maxPerAction).toBe(0n);
});

test('a new agent’s role leaves its default limits as they are, and defers rather than denies', () => {
  const role = rolesByName([]).get(defaultRole);
  for (const { defaultLimits } of Object.values(networks)) {
    expect((role?.maxPerAction ?? 0n) >= defaultLimits.perPayment).toBe(true);
  }
  expect(role?.trust.below).toBe('defer');
});

test('an owner’s role takes the place of a built-in one, and nothing else', () => {
  const [reader] = builtInRoles;
  if (reader === undefined) throw new Error('no roles');
  const own = { ...reader, trust: { threshold: 900_000, below: 'deny' as const } };
  const roles = rolesByName([own]);
  expect(roles.get('reader')).toEqual(own);
  expect([...roles.keys()]).toEqual(builtInRoles.map(({ name }) => name));
});

const stored = { name: 'x', actions: ['pay'], maxPerAction: '5', trust: { threshold: 1, below: 'deny' } };
test('reads a stored role', () => {
  expect(roleSchema.decode(stored as never)).toMatchObject({ maxPerAction: 5n });
});

test.each([
  ['no actions', { ...stored, actions: [] }],
  ['an unknown action', { ...stored, actions: ['delete'] }],
  ['an action twice', { ...stored, actions: ['pay', 'pay'] }],
  ['an empty cap', { ...stored, maxPerAction: '' }],
  ['no cap at all', { ...stored, maxPerAction: undefined }],
  ['a negative cap', { ...stored, maxPerAction: '-1' }],
  ['a threshold that is NaN', { ...stored, trust: { threshold: Number.NaN, below: 'deny' } }],
  ['a threshold above one', { ...stored, trust: { threshold: 1_000_001, below: 'deny' } }],
  ['an unknown way out', { ...stored, trust: { threshold: 1, below: 'allow' } }],
  ['an unknown field', { ...stored, admin: true }],
  ['an empty name', { ...stored, name: '' }],
])('refuses a stored role with %s', (_, value) => {
  expect(roleSchema.safeParse(value).success).toBe(false);
});
