import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { type HeadFacts, headMessage, headProblem } from '../../../src-main/log/signed-head.ts';
import { compileLogHead } from '../../../src-main/wallet/signer/log-head.ts';
import type { Outcome } from '../../../src-main/wallet/signer/messages.ts';
import { createSignerCore } from '../../../src-main/wallet/signer/signer-core.ts';
import { everythingSaid, formsOfSecret } from '../../support/secret-forms.ts';

const sealingKey = () => new Uint8Array(32).fill(42);
const facts: HeadFacts = { network: 'sandbox', count: 3, hash: 'ab'.repeat(32), at: 1_700_000_000_000 };

let core: (message: unknown) => Outcome;
let made: Extract<Outcome, { kind: 'generated' }>;
let seeds: Buffer[];

beforeEach(() => {
  seeds = [];
  core = createSignerCore((size) => {
    const bytes = randomBytes(size);
    if (size === 32) seeds.push(Buffer.from(bytes));
    return bytes;
  });
  const outcome = core({ op: 'generate', network: 'sandbox', key: sealingKey() });
  if (outcome.kind !== 'generated') throw new Error(outcome.kind);
  made = outcome;
});

const signatureOf = (change: Partial<HeadFacts> = {}): string => {
  const outcome = core({ op: 'sign-log-head', facts: { ...facts, ...change } });
  if (outcome.kind !== 'head-signed') throw new Error(JSON.stringify(outcome));
  return outcome.signature;
};

test('what it signs is what the log verifies', () => {
  const head = { ...facts, key: made.logKey, signature: signatureOf() };
  expect(headProblem(head, { network: 'sandbox', key: made.logKey })).toBeNull();
  for (const change of [{ count: 4 }, { at: facts.at + 1 }, { hash: 'cd'.repeat(32) }]) {
    expect(headProblem({ ...head, ...change }, { network: 'sandbox', key: made.logKey })).not.toBeNull();
  }
});

test('it compiles the very bytes that the log room expects', () => {
  const compiled = compileLogHead(facts, 'sandbox', null);
  if (compiled.kind !== 'compiled') throw new Error(compiled.rule);
  expect(Buffer.from(compiled.message).toString()).toBe(headMessage(facts));
});

test('the same wallet opened again has the same log key; another network’s and every address differ', () => {
  const reopened = createSignerCore(randomBytes)({
    op: 'open',
    network: 'sandbox',
    key: sealingKey(),
    blobs: made.blobs,
  });
  expect(reopened).toMatchObject({ kind: 'opened', logKey: made.logKey });
  expect(Object.values(made.addresses)).not.toContain(made.logKey);
});

test('the log key is bound to the network', () => {
  const seed = () => new Uint8Array(32).fill(7);
  const keys = ['sandbox', 'devnet', 'mainnet'].map((network) => {
    const outcome = createSignerCore((size) => seed().subarray(0, size))({
      op: 'generate',
      network,
      key: sealingKey(),
    });
    return outcome.kind === 'generated' ? outcome.logKey : '';
  });
  expect(new Set(keys).size).toBe(3);
});

describe('refuses', () => {
  const refused: readonly [string, unknown][] = [
    ['no facts', undefined],
    ['another network', { ...facts, network: 'mainnet' }],
    ['a network that is an object', { ...facts, network: { toString: () => 'sandbox' } }],
    ['a negative count', { ...facts, count: -1 }],
    ['a fractional count', { ...facts, count: 1.5 }],
    ['minus zero', { ...facts, count: -0 }],
    ['a count that is text', { ...facts, count: '3' }],
    ['a time that is no number', { ...facts, at: Number.NaN }],
    ['a short hash', { ...facts, hash: 'ab' }],
    ['a hash in capitals', { ...facts, hash: 'AB'.repeat(32) }],
    ['a hash with a line under it', { ...facts, hash: `${facts.hash}\n` }],
    ['a hash with more of a message in it', { ...facts, hash: `${'ab'.repeat(32)}","x":"` }],
    ['a further fact', { ...facts, memo: 'x' }],
  ];
  test.each(refused)('%s', (_, input) => {
    expect(core({ op: 'sign-log-head', facts: input })).toMatchObject({ kind: 'refused' });
  });

  test('to sign before the wallet is open', () => {
    expect(createSignerCore(randomBytes)({ op: 'sign-log-head', facts })).toMatchObject({ kind: 'refused' });
  });

  test('a head that takes back one signed before: fewer entries, or as many and others', () => {
    signatureOf();
    const refusal = { kind: 'refused', rule: 'the head takes back one that was signed' };
    expect(core({ op: 'sign-log-head', facts: { ...facts, count: 2 } })).toEqual(refusal);
    expect(core({ op: 'sign-log-head', facts: { ...facts, hash: 'cd'.repeat(32) } })).toEqual(refusal);
    expect(signatureOf()).toBe(signatureOf());
    expect(signatureOf({ count: 4, hash: 'cd'.repeat(32) })).toEqual(expect.any(String));
  });
});

test('no answer holds a seed in any usual form', () => {
  expect(seeds).toHaveLength(3);
  const said = everythingSaid([made, core({ op: 'sign-log-head', facts }), core({ op: 'sign-log-head', facts: null })]);
  for (const seed of seeds) for (const form of formsOfSecret(seed)) expect(said).not.toContain(form);
});
