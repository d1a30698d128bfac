import { createHash } from 'node:crypto';
import {
  address,
  createKeyPairFromBytes,
  getAddressFromPublicKey,
  getBase58Decoder,
  getPublicKeyFromAddress,
  signatureBytes,
  verifySignature,
} from '@solana/kit';
import { beforeEach, describe, expect, test } from 'vitest';
import { checkSettlement } from '../../../src-main/wallet/signer/index.ts';
import type { Outcome } from '../../../src-main/wallet/signer/messages.ts';
import { programs } from '../../../src-main/wallet/signer/programs.ts';
import type { PaymentFacts, SettlementRequirement, WalletAddresses } from '../../../src-main/wallet/signer/signer.ts';
import { createSignerCore } from '../../../src-main/wallet/signer/signer-core.ts';
import { decodeTransaction } from '../../../src-main/wallet/signer/wire-transaction.ts';
import { everythingSaid, formsOfSecret } from '../../support/secret-forms.ts';
import { anAddress, buildPayment, honestParts, requirementOf } from '../../support/x402-payment.ts';

/** Randomness that the test knows, and remembers. */
function knownRandom() {
  const given: Buffer[] = [];
  let count = 0;
  const random = (size: number) => {
    count += 1;
    const bytes = createHash('sha512').update(`known ${count}`).digest().subarray(0, size);
    given.push(Buffer.from(bytes));
    return bytes;
  };
  return { random, given };
}

const sealingKey = () => new Uint8Array(32).fill(42);
let core: (message: unknown) => Outcome;
let addresses: WalletAddresses;

beforeEach(() => {
  const known = knownRandom();
  core = createSignerCore(known.random);
  const outcome = core({ op: 'generate', network: 'sandbox', key: sealingKey() });
  if (outcome.kind !== 'generated') throw new Error(outcome.kind);
  addresses = outcome.addresses;
});

const factsFor = (change: Partial<PaymentFacts> = {}): PaymentFacts => ({
  mint: anAddress(),
  tokenProgram: programs.token,
  decimals: 6,
  amount: 10_000n,
  payTo: addresses.till,
  feePayer: addresses.feePayer,
  blockhash: anAddress(),
  memo: null,
  ...change,
});

const requirementFor = (facts: PaymentFacts): SettlementRequirement => ({
  amount: facts.amount,
  asset: facts.mint,
  payTo: facts.payTo,
  feePayer: facts.feePayer,
  memo: facts.memo,
});

const sign = (facts: PaymentFacts) => {
  const outcome = core({ op: 'sign-payment', facts });
  if (outcome.kind !== 'signed') throw new Error(JSON.stringify(outcome));
  return outcome.transfer;
};

test('what it signs passes the settlement check, and it cosigns it as a shop', () => {
  const facts = factsFor();
  const transfer = sign(facts);
  const requirement = requirementFor(facts);
  expect(checkSettlement(transfer.wire, requirement)).toMatchObject({
    kind: 'valid',
    payer: addresses.spender,
    messageHash: transfer.messageHash,
  });
  const outcome = core({ op: 'cosign-settlement', wire: transfer.wire, requirement });
  if (outcome.kind !== 'settlement' || outcome.cosigned.kind !== 'cosigned') throw new Error(JSON.stringify(outcome));
  const { wire, messageHash, payer } = outcome.cosigned;
  expect(messageHash).toBe(transfer.messageHash);
  expect(payer).toBe(addresses.spender);
  expect(Buffer.from(wire.subarray(65))).toEqual(Buffer.from(transfer.wire.subarray(65)));
  expect(wire.subarray(1, 65).some((byte) => byte !== 0)).toBe(true);
});

test('two payments of the same facts differ by their memo', () => {
  const facts = factsFor();
  expect(sign(facts).messageHash).not.toBe(sign(facts).messageHash);
});

describe('a transfer that we send ourselves', () => {
  const signOwn = (from: unknown, facts: unknown) => core({ op: 'sign-own-transfer', from, facts });
  const own = (from: 'spender' | 'till', facts: PaymentFacts) => {
    const outcome = signOwn(from, facts);
    if (outcome.kind !== 'signed-to-send') throw new Error(JSON.stringify(outcome));
    return outcome.transfer;
  };
  const verified = async (signer: string, signature: Uint8Array, message: Uint8Array): Promise<boolean> =>
    verifySignature(await getPublicKeyFromAddress(address(signer)), signatureBytes(signature), message);

  test('is signed by the fee payer and by the one who pays, and its id is the fee payer’s signature', async () => {
    for (const from of ['spender', 'till'] as const) {
      const payTo = from === 'till' ? anAddress() : addresses.till;
      const transfer = own(from, factsFor({ memo: 'Ag402-v1|00', payTo }));
      const decoded = decodeTransaction(transfer.wire);
      if (decoded === null) throw new Error('it cannot be read');
      expect(decoded.signers).toEqual([addresses.feePayer, addresses[from]]);
      const [feePayers, payers] = decoded.signatures;
      if (feePayers === undefined || payers === undefined) throw new Error('a signature is missing');
      expect(await verified(addresses.feePayer, feePayers, decoded.messageBytes)).toBe(true);
      expect(await verified(addresses[from], payers, decoded.messageBytes)).toBe(true);
      expect(getBase58Decoder().decode(feePayers)).toBe(transfer.signature);
      expect(getBase58Decoder().decode(payers)).toBe(transfer.ownSignature);
      expect(decoded.messageHash).toBe(transfer.messageHash);
    }
  });

  test('moves what the facts say and nothing else: one transfer, one memo, the price of the fee bounded', () => {
    const { wire } = own('spender', factsFor({ memo: 'Ag402-v1|00', amount: 7n }));
    const { instructions = [] } = decodeTransaction(wire) ?? {};
    expect(instructions.map(({ program }) => program)).toEqual([
      programs.computeBudget,
      programs.computeBudget,
      programs.token,
      programs.memo,
    ]);
    expect(Buffer.from(instructions[2]?.data ?? []).readBigUInt64LE(1)).toBe(7n);
    expect(instructions[2]?.accounts).not.toContain(addresses.feePayer);
    expect(Buffer.from(instructions[3]?.data ?? []).toString()).toBe('Ag402-v1|00');
    // 20 000 units at one micro-lamport.
    expect(Buffer.from(instructions[0]?.data ?? []).readUInt32LE(1)).toBe(20_000);
    expect(Buffer.from(instructions[1]?.data ?? []).readBigUInt64LE(1)).toBe(1n);
  });

  const refused: readonly [string, unknown, () => unknown][] = [
    ['another fee payer', 'spender', () => factsFor({ feePayer: anAddress() })],
    ['the spender as its own fee payer', 'spender', () => factsFor({ feePayer: addresses.spender })],
    ['itself as the payee', 'spender', () => factsFor({ payTo: addresses.spender })],
    ['the till paying itself', 'till', () => factsFor({ payTo: addresses.till })],
    ['an amount of nothing', 'spender', () => factsFor({ amount: 0n })],
    ['a memo that is too long', 'spender', () => factsFor({ memo: 'x'.repeat(257) })],
    ['no facts', 'spender', () => null],
    ['the fee payer as the one who pays', 'feePayer', () => factsFor()],
    ['a key of another name', 'log', () => factsFor()],
    ['a name from the prototype', '__proto__', () => factsFor()],
    ['nobody', undefined, () => factsFor()],
  ];
  for (const [name, from, facts] of refused) {
    test(`is refused with ${name}`, () => expect(signOwn(from, facts())).toMatchObject({ kind: 'refused' }));
  }

  test('is not signed before the wallet is open', () => {
    const closed = createSignerCore(knownRandom().random);
    expect(closed({ op: 'sign-own-transfer', from: 'spender', facts: factsFor() })).toMatchObject({ kind: 'refused' });
  });
});

describe('cosigning', () => {
  test('refuses a payment to another facilitator’s fee payer', async () => {
    const parts = honestParts();
    const outcome = core({
      op: 'cosign-settlement',
      wire: await buildPayment(parts),
      requirement: requirementOf(parts),
    });
    expect(outcome).toEqual({
      kind: 'settlement',
      cosigned: { kind: 'refused', reason: 'invalid_exact_svm_fee_payer_not_managed_by_facilitator' },
    });
  });

  test('checks every rule itself', () => {
    const facts = factsFor();
    const { wire } = sign(facts);
    const requirement = { ...requirementFor(facts), amount: facts.amount + 1n };
    expect(core({ op: 'cosign-settlement', wire, requirement })).toEqual({
      kind: 'settlement',
      cosigned: { kind: 'refused', reason: 'invalid_exact_svm_payload_amount_mismatch' },
    });
  });

  test('takes the fee payer’s slot over, whatever stood there', () => {
    const facts = factsFor();
    const { wire } = sign(facts);
    const clean = core({ op: 'cosign-settlement', wire, requirement: requirementFor(facts) });
    const scribbled = Uint8Array.from(wire).fill(0xee, 1, 65);
    expect(core({ op: 'cosign-settlement', wire: scribbled, requirement: requirementFor(facts) })).toEqual(clean);
  });
});

describe('messages', () => {
  const malformed: readonly [string, unknown][] = [
    ['nothing', undefined],
    ['a string', 'sign-payment'],
    ['an unknown operation', { op: 'sign', bytes: new Uint8Array(32) }],
    ['opening with a short key', { op: 'open', network: 'sandbox', key: new Uint8Array(31), blobs: [] }],
    ['generating for an unknown network', { op: 'generate', network: 'testnet', key: new Uint8Array(32) }],
    ['opening with blobs that are none', { op: 'open', network: 'sandbox', key: new Uint8Array(32), blobs: [{}] }],
    ['cosigning a string', { op: 'cosign-settlement', wire: 'AAAA', requirement: {} }],
    ['cosigning more than a packet', { op: 'cosign-settlement', wire: new Uint8Array(1233), requirement: {} }],
    ['cosigning without a requirement', { op: 'cosign-settlement', wire: new Uint8Array(9), requirement: null }],
  ];
  test.each(malformed)('refuses %s', (_, message) => {
    expect(createSignerCore(knownRandom().random)(message)).toEqual({
      kind: 'refused',
      rule: 'the request is malformed',
    });
  });

  test('refuses to sign before the wallet is open', () => {
    const shut = createSignerCore(knownRandom().random);
    expect(shut({ op: 'sign-payment', facts: factsFor() })).toMatchObject({ kind: 'refused' });
  });

  test('refuses to open or generate a second time', () => {
    const again = { kind: 'refused', rule: 'the wallet is open already' };
    expect(core({ op: 'generate', network: 'sandbox', key: sealingKey() })).toEqual(again);
    expect(core({ op: 'open', network: 'sandbox', key: sealingKey(), blobs: [] })).toEqual(again);
  });

  test('zeroes the sealing key, and the seeds it made', () => {
    const seeds: Uint8Array[] = [];
    const { random } = knownRandom();
    const key = sealingKey();
    const fresh = createSignerCore((size) => {
      const bytes = random(size);
      if (size === 32) seeds.push(bytes);
      return bytes;
    });
    fresh({ op: 'generate', network: 'sandbox', key });
    expect(seeds).toHaveLength(3);
    for (const secret of [key, ...seeds]) expect(secret.every((byte) => byte === 0)).toBe(true);
  });
});

test('no answer holds a secret in any usual form', async () => {
  const known = knownRandom();
  const fresh = createSignerCore(known.random);
  const answers: Outcome[] = [fresh({ op: 'generate', network: 'sandbox', key: sealingKey() })];
  const seeds = known.given.filter((bytes) => bytes.length === 32);
  const first = answers[0];
  if (first?.kind !== 'generated') throw new Error('not generated');
  const reopened = createSignerCore(known.random);
  answers.push(reopened({ op: 'open', network: 'sandbox', key: sealingKey(), blobs: first.blobs }));
  const facts = { ...factsFor(), payTo: first.addresses.till, feePayer: first.addresses.feePayer };
  for (const each of [fresh, reopened]) {
    const signed = each({ op: 'sign-payment', facts });
    if (signed.kind !== 'signed') throw new Error(signed.kind);
    const { wire } = signed.transfer;
    const requirement = requirementFor(facts);
    answers.push(
      signed,
      each({ op: 'cosign-settlement', wire, requirement }),
      each({ op: 'sign-payment', facts: null }),
      each(null),
    );
  }
  expect(seeds).toHaveLength(3);
  const said = everythingSaid(answers);
  for (const secret of [...seeds, Buffer.from(sealingKey())]) {
    for (const form of formsOfSecret(secret)) expect(said).not.toContain(form);
  }
});

describe('the spender’s key, which the owner takes out', () => {
  const exported = () => {
    const outcome = core({ op: 'export-spender' });
    if (outcome.kind !== 'exported') throw new Error(JSON.stringify(outcome));
    return outcome.keypair;
  };

  test('is the spender’s and no other’s, as wallets import it: seed, then public key', async () => {
    const { publicKey } = await createKeyPairFromBytes(exported());
    expect(await getAddressFromPublicKey(publicKey)).toBe(addresses.spender);
  });

  test('is a copy in a buffer of its own: zeroed, the wallet still signs and gives it again', () => {
    const first = exported();
    const text = Buffer.from(first).toString('hex');
    expect(first.buffer.byteLength).toBe(64);
    first.fill(0);
    expect(sign(factsFor()).wire.length).toBeGreaterThan(100);
    expect(Buffer.from(exported()).toString('hex')).toBe(text);
  });

  test('is not there before the wallet is open', () => {
    expect(createSignerCore(knownRandom().random)({ op: 'export-spender' })).toEqual({
      kind: 'refused',
      rule: 'the wallet is not open',
    });
  });
});
