import { expect, test } from 'vitest';
import type { CreditDesk, Take } from '../../../src-main/gateway/prepaid/credit-desk.ts';
import { secretHashOf } from '../../../src-main/gateway/prepaid/recovery.ts';
import {
  addressOf,
  buyer,
  headerOf,
  openPrepaidTill,
  type PrepaidTill,
  transferOf,
} from '../../support/prepaid-till.ts';
import { freshFile } from '../../support/test-store.ts';

const packages = [{ id: 'three', name: 'Three', calls: 3, days: 3, price: '1.5' }];
const forms = ['ag402', 'groat'] as const;
type Form = (typeof forms)[number];
const secret = 'ab'.repeat(32);

/** A credential with three calls. */
async function bought({ show, buy }: PrepaidTill, form: Form, name = form as string): Promise<string> {
  const memos = form === 'groat' ? [`groat-prepaid:${secretHashOf(secret)}`] : [];
  const tx_hash = show(transferOf(name, { memos }));
  const answer = await buy({
    buyer_address: buyer,
    package_id: 'three',
    tx_hash,
    ...(form === 'groat' ? { form, secret } : {}),
  });
  expect(answer.status).toBe(201);
  return headerOf(answer.body);
}

const codeOf = (take: Take) => (take.kind === 'taken' ? 'taken' : take.code);
const takeAll = (desk: CreditDesk, header: string, times: number) =>
  Array.from({ length: times }, () => codeOf(desk.take(header)));

test.each(forms)('a call left is one call, however many copies of a credential come at once (%s)', async (form) => {
  const till = openPrepaidTill({ changes: { packages } });
  const header = await bought(till, form);
  expect(takeAll(till.desk, header, 2)).toEqual(['taken', 'taken']);
  const taken = takeAll(till.desk, header, 32);
  expect(taken.filter((code) => code === 'taken')).toHaveLength(1);
  expect(new Set(taken.slice(1))).toEqual(new Set(['no_remaining_calls']));
});

test.each(forms)('what was used up is used up after a restart (%s)', async (form) => {
  const file = freshFile();
  const till = openPrepaidTill({ file, changes: { packages } });
  const header = await bought(till, form);
  const takes = [till.desk.take(header), till.desk.take(header), till.desk.take(header)];
  expect(await Promise.all(takes.map((take) => take.kind === 'taken' && take.recorded()))).toEqual([true, true, true]);
  await till.store.close();
  const again = openPrepaidTill({ file, changes: { packages } });
  expect(takeAll(again.desk, header, 32).every((code) => code === 'no_remaining_calls')).toBe(true);
});

test('a swollen number of calls in ag402’s form is worth what was bought', async () => {
  const till = openPrepaidTill({ changes: { packages } });
  const header = JSON.stringify({ ...JSON.parse(await bought(till, 'ag402')), remaining_calls: 1_000_000 });
  expect(takeAll(till.desk, header, 4)).toEqual(['taken', 'taken', 'taken', 'no_remaining_calls']);
});

test('says who pays and how many calls are left', async () => {
  const till = openPrepaidTill({ changes: { packages } });
  const take = till.desk.take(await bought(till, 'groat'));
  expect(take).toMatchObject({ kind: 'taken', payer: buyer, remaining: 2 });
});

test('a call is given back once, and a reject loop wins nothing', async () => {
  const till = openPrepaidTill({ changes: { packages } });
  const header = await bought(till, 'groat');
  for (let i = 0; i < 20; i += 1) {
    const take = till.desk.take(header);
    if (take.kind !== 'taken') throw new Error(take.code);
    take.giveBack();
    take.giveBack();
    await take.recorded();
    take.giveBack();
    await till.store.connection.committer.flushed();
  }
  expect(takeAll(till.desk, header, 4)).toEqual(['taken', 'taken', 'taken', 'no_remaining_calls']);
  await till.store.connection.committer.flushed();
  expect(till.book.sums('shop', 0).callsLeft).toBe(0);
});

test('two desks over one book sell a call once: the one whose memory was wrong is told so', async () => {
  const till = openPrepaidTill({ changes: { packages } });
  const other = till.another({});
  const header = await bought(till, 'groat');
  expect([codeOf(till.desk.take(header)), codeOf(other.take(header))]).toEqual(['taken', 'taken']);
  const late = [till.desk.take(header), till.desk.take(header), other.take(header), other.take(header)];
  const recorded = await Promise.all(late.map((take) => take.kind === 'taken' && take.recorded()));
  expect(recorded.filter((yes) => yes)).toHaveLength(1);
  // What was not counted cannot be given back.
  for (const take of late) if (take.kind === 'taken' && !(await take.recorded())) take.giveBack();
  await till.store.connection.committer.flushed();
  expect([codeOf(till.desk.take(header)), codeOf(other.take(header))]).toEqual([
    'no_remaining_calls',
    'no_remaining_calls',
  ]);
});

test('what the store does not count was not taken, and can be taken again', async () => {
  const till = openPrepaidTill({ changes: { packages } });
  const header = await bought(till, 'groat');
  till.desk.take(header);
  await till.store.connection.committer.flushed();
  till.store.connection.db.exec('ALTER TABLE credits RENAME TO gone');
  const take = till.desk.take(header);
  expect(take.kind === 'taken' && (await take.recorded())).toBe(false);
  till.store.connection.db.exec('ALTER TABLE gone RENAME TO credits');
  expect(takeAll(till.desk, header, 3)).toEqual(['taken', 'taken', 'no_remaining_calls']);
});

test.each(forms)('a credential that ends is refused from then on, also when it was just used (%s)', async (form) => {
  const till = openPrepaidTill({ changes: { packages } });
  const header = await bought(till, form);
  till.clock.at += 3 * 86_400_000 - 1000;
  expect(codeOf(till.desk.take(header))).toBe('taken');
  till.clock.at += 1000;
  expect(codeOf(till.desk.take(header))).toBe('credential_expired');
});

test.each(forms)('a credential is worth nothing at another shop, seller or desk (%s)', async (form) => {
  const till = openPrepaidTill({ changes: { packages } });
  const header = await bought(till, form);
  expect(codeOf(till.another({ shop: 'shop 2' }).take(header))).toBe('invalid_signature');
  expect(codeOf(till.another({ seller: addressOf('another') }).take(header))).toBe('seller_address_mismatch');
  const stranger = openPrepaidTill({ changes: { packages } });
  expect(codeOf(stranger.desk.take(header))).toBe('unknown_credential');
  expect(codeOf(till.desk.take(header))).toBe('taken');
});

test.each(forms)('a credential is owed its calls by a shop that sells no more of its form (%s)', async (form) => {
  const till = openPrepaidTill({ changes: { packages } });
  const header = await bought(till, form);
  expect(codeOf(till.another({ forms: new Set(), packages: [] }).take(header))).toBe('taken');
});

test('ag402’s form names another seller without changing its signature, and gains nothing by it', async () => {
  const till = openPrepaidTill({ changes: { packages } });
  const credential = JSON.parse(await bought(till, 'ag402'));
  const moved = JSON.stringify({ ...credential, seller_address: addressOf('another') });
  expect(codeOf(till.desk.take(moved))).toBe('seller_address_mismatch');
  expect(codeOf(till.another({ shop: 'shop 2', seller: addressOf('another') }).take(moved))).toBe('invalid_signature');
});

test.each([
  ['x'.repeat(4097), 'credential_too_large'],
  ['', 'malformed_credential'],
  ['groat1.', 'malformed_credential'],
  [`groat1.${'A'.repeat(20)}.${'A'.repeat(43)}`, 'invalid_signature'],
])('%j is refused', (header, code) => {
  expect(codeOf(openPrepaidTill().desk.take(header))).toBe(code);
});
