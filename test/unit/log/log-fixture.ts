import { generateKeyPairSync, sign } from 'node:crypto';
import { getBase58Decoder } from '@solana/codecs-strings';
import { type DatedHead, emptyHead, type LogDraft, type SealedEntry, sealEntry } from '../../../src-main/log/entry.ts';
import { type HeadFacts, headMessage, type LogOwner, type SignedHead } from '../../../src-main/log/signed-head.ts';

/** A log key with its owner's view of it. */
export interface TestKey {
  readonly owner: LogOwner;
  signature(facts: HeadFacts): string;
  signed(head: DatedHead, network?: string): SignedHead;
}

export function testKey(network = 'sandbox'): TestKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(12);
  const owner = { network, key: getBase58Decoder().decode(raw) };
  const signature = (facts: HeadFacts) =>
    getBase58Decoder().decode(sign(null, Buffer.from(headMessage(facts)), privateKey));
  return {
    owner,
    signature,
    signed({ count, hash, at }, ofNetwork = network) {
      const facts = { network: ofNetwork, count, hash, at };
      return { ...facts, key: owner.key, signature: signature(facts) };
    },
  };
}

export const draftOf = (n: number, change: Partial<LogDraft> = {}): LogDraft => ({
  kind: 'order',
  agent: 'bot',
  subject: `ord_${n}`,
  data: { amount: '10000', event: 'granted', state: 'reserved' },
  ...change,
});

export const headOf = (sealed: SealedEntry | undefined): DatedHead =>
  sealed === undefined ? emptyHead : { count: sealed.seq, hash: sealed.hash, at: sealed.at };

/** Chains drafts, one a second. */
export function chainOf(drafts: readonly LogDraft[]): readonly SealedEntry[] {
  const entries: SealedEntry[] = [];
  for (const draft of drafts) {
    entries.push(sealEntry(draft, 1_700_000_000_000 + 1000 * entries.length, headOf(entries.at(-1))));
  }
  return entries;
}
