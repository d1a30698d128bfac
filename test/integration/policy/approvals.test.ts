import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Approval, attestedMessage } from '../../../src-main/policy/index.ts';
import { toAtomic } from '../../../src-shared/model/index.ts';
import { openTestDesk, reasonOf, type TestDesk, withRules } from '../../support/test-desk.ts';
import { freshFile, setClock } from '../../support/test-store.ts';

const asking = withRules({ always: true, holdMs: 30_000 });
const once = { scope: 'once', upTo: null } as const;
const patient = (signal: AbortSignal | null = null) => ({ respondAsync: false, signal });

async function askingDesk(options = {}): Promise<TestDesk> {
  const held = await openTestDesk({ file: freshFile(), ...options });
  await held.admit('bot', asking);
  await held.admit('other', asking);
  return held;
}

async function asked(held: TestDesk, over?: Parameters<TestDesk['ask']>[0]): Promise<string> {
  const answer = await held.ask(over);
  if (answer.kind !== 'deferred') throw new Error(`not asked but ${reasonOf(answer)}`);
  return answer.approval;
}

const orders = ({ store }: TestDesk) => store.orders.list({ limit: 100 });

describe('a grant', () => {
  test('pays one retry, and the next one asks again', async () => {
    const held = await askingDesk();
    const id = await asked(held);
    await held.approvals.approve(id, once);
    expect((await held.ask()).kind).toBe('granted');
    expect(await asked(held)).not.toBe(id);
    expect(orders(held)).toHaveLength(1);
  });

  test('pays one of 32 retries at once', async () => {
    const held = await askingDesk();
    await held.approvals.approve(await asked(held), once);
    const all = await Promise.all(Array.from({ length: 32 }, () => held.ask()));
    expect(all.filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    expect(orders(held)).toHaveLength(1);
  });

  const others: Readonly<Record<string, Parameters<TestDesk['ask']>[0]>> = {
    'another agent': { agent: 'other' },
    'another method': { method: 'POST' },
    'another URL': { url: 'http://127.0.0.1/y' },
    'another origin': { origin: 'http://127.0.0.2', url: 'http://127.0.0.2/x' },
    'another payee': { payee: 'Payee222222222222222222222222222222222222222' },
    'another action': { action: 'buy-prepaid' },
    'a higher sum': { amount: 10_001n },
  };
  test.for(Object.entries(others))('is not used for %s', async ([, over]) => {
    const held = await askingDesk();
    await held.approvals.approve(await asked(held), once);
    expect((await held.ask(over)).kind).toBe('deferred');
    expect((await held.ask()).kind).toBe('granted');
  });

  test('is not used on another network or for another asset, even where the delegation permits both', async () => {
    const held = await askingDesk();
    const network = 'solana:elsewhere';
    const asset = 'So11111111111111111111111111111111111111112';
    const wide = { networks: { allow: 'any', deny: [] }, assets: { allow: 'any', deny: [] } } as const;
    const open = { networks: { ...wide.networks, deny: [] }, assets: { ...wide.assets, deny: [] } };
    for (const subject of ['bot', '@desk']) await held.desk.amend(subject, (terms) => ({ ...terms, ...open }), 'owner');
    await held.approvals.approve(await asked(held), once);
    expect((await held.ask({ network })).kind).toBe('deferred');
    expect((await held.ask({ asset })).kind).toBe('denied');
  });

  test('lasts ten minutes', async () => {
    const held = await askingDesk();
    await held.approvals.approve(await asked(held), once);
    held.clock.at += 10 * 60_000;
    expect((await held.ask()).kind).toBe('deferred');
    expect(orders(held)).toEqual([]);
  });

  test('up to a higher sum carries that sum and no more; less than was asked is no yes', async () => {
    const held = await askingDesk();
    const id = await asked(held);
    const answer = (upTo: bigint) => held.approvals.approve(id, { scope: 'once', upTo: toAtomic(upTo) });
    await expect(answer(9_999n)).rejects.toMatchObject({ code: 'policy-invalid' });
    await expect(answer(20_001n)).rejects.toMatchObject({ code: 'policy-invalid' });
    await answer(20_000n);
    expect((await held.ask({ amount: 20_001n })).kind).toBe('deferred');
    expect((await held.ask({ amount: 20_000n })).kind).toBe('granted');
  });

  test('comes back when its order is released before anything was sent', async () => {
    const held = await askingDesk();
    await held.approvals.approve(await asked(held), once);
    const request = held.request();
    expect((await held.gate.authorize(request, { respondAsync: true, signal: null })).kind).toBe('granted');
    await held.release(request.id);
    expect((await held.ask()).kind).toBe('granted');
    expect((await held.ask()).kind).toBe('deferred');
  });

  test('lifts no limit, no pause and no revocation', async () => {
    const held = await askingDesk();
    await held.approvals.approve(await asked(held), once);
    await held.desk.pause(null, 'operator');
    expect(reasonOf(await held.ask())).toBe('paused');
    await held.desk.resume(null, 'owner');
    const broke = (terms: Parameters<typeof asking>[0]) => ({
      ...terms,
      limits: { ...terms.limits, perDay: toAtomic(1n) },
    });
    await held.desk.amend('bot', broke, 'operator');
    expect(reasonOf(await held.ask())).toBe('over-day-limit');
  });

  test('for an action without money is used up by it too', async () => {
    const held = await askingDesk();
    const signing = { action: 'sign-request', amount: 0n, payee: '' } as const;
    await held.approvals.approve(await asked(held, signing), once);
    expect((await held.ask(signing)).kind).toBe('granted');
    expect((await held.ask(signing)).kind).toBe('deferred');
  });

  test('for a payee pays it what it wants until the sum is used up or the day is over', async () => {
    const held = await askingDesk();
    await held.approvals.approve(await asked(held), { scope: 'payee-day', upTo: toAtomic(25_000n) });
    expect((await held.ask({ url: 'http://127.0.0.1/a' })).kind).toBe('granted');
    expect((await held.ask({ url: 'http://127.0.0.1/b', method: 'POST' })).kind).toBe('granted');
    expect((await held.ask({ url: 'http://127.0.0.1/c' })).kind).toBe('deferred');
    expect((await held.ask({ url: 'http://127.0.0.1/d', amount: 5_000n })).kind).toBe('granted');
    expect((await held.ask({ payee: 'Payee222222222222222222222222222222222222222' })).kind).toBe('deferred');
    held.clock.at += 24 * 60 * 60_000;
    expect((await held.ask({ url: 'http://127.0.0.1/e', amount: 1n })).kind).toBe('deferred');
  });
});

describe('an answer', () => {
  test('outlives a restart between the question and the yes, and between the yes and the retry', async () => {
    const held = await askingDesk({ clock: setClock(1_000_000) });
    const id = await asked(held);
    held.crash();
    const second = await openTestDesk({ file: held.store.file, clock: held.clock });
    await second.approvals.approve(id, once);
    second.crash();
    const third = await openTestDesk({ file: held.store.file, clock: held.clock });
    expect((await third.ask()).kind).toBe('granted');
    expect((await third.ask()).kind).toBe('deferred');
  });

  test('no is heard for ten minutes without another prompt, across a restart too', async () => {
    const held = await askingDesk();
    const id = await asked(held);
    await held.approvals.deny(id, false);
    expect(reasonOf(await held.ask())).toBe('approval-denied');
    held.crash();
    const again = await openTestDesk({ file: held.store.file, clock: held.clock });
    expect(reasonOf(await again.ask())).toBe('approval-denied');
    expect(again.store.approvals.list({ state: null, limit: 9 })).toHaveLength(1);
    held.clock.at += 10 * 60_000;
    expect((await again.ask()).kind).toBe('deferred');
  });

  test('that comes after the hour is none, and the agent hears that it came too late', async () => {
    const held = await askingDesk();
    const id = await asked(held);
    held.clock.at += 60 * 60_000;
    await expect(held.approvals.approve(id, once)).rejects.toMatchObject({ code: 'approval-closed' });
    expect(await held.ask()).toMatchObject({ kind: 'expired', reason: 'approval-expired' });
    held.clock.at += 10 * 60_000;
    expect((await held.ask()).kind).toBe('deferred');
  });

  test('to what was paid otherwise in the meantime pays nothing', async () => {
    const held = await askingDesk();
    const id = await asked(held);
    await held.desk.amend('bot', withRules({ always: false }), 'owner');
    expect((await held.ask()).kind).toBe('granted');
    expect(held.approvals.get(id).life.state).toBe('overtaken');
    await expect(held.approvals.approve(id, once)).rejects.toMatchObject({ code: 'approval-closed' });
  });

  test('cannot be taken back or given twice', async () => {
    const held = await askingDesk();
    const id = await asked(held);
    await held.approvals.deny(id, true);
    expect(held.approvals.get(id).life).toMatchObject({ state: 'denied', blockPayee: true });
    await expect(held.approvals.approve(id, once)).rejects.toMatchObject({ code: 'approval-closed' });
    await expect(held.approvals.deny('apr_none', false)).rejects.toMatchObject({ code: 'approval-unknown' });
  });
});

describe('a request that waits', () => {
  const raised = (held: TestDesk) =>
    new Promise<Approval>((resolve) => {
      const end = held.approvals.onChanged((approval) => {
        end();
        resolve(approval);
      });
    });

  test('is paid in the same call once the owner says yes, and refused once he says no', async () => {
    const held = await askingDesk();
    for (const yes of [true, false]) {
      const prompt = raised(held);
      const answer = held.gate.authorize(held.request({ url: `http://127.0.0.1/${yes}` }), patient());
      const { id } = await prompt;
      await (yes ? held.approvals.approve(id, once) : held.approvals.deny(id, false));
      expect(reasonOf(await answer)).toBe(yes ? 'granted' : 'approval-denied');
    }
    expect(orders(held)).toHaveLength(1);
  });

  test('is looked at anew: a pause that came meanwhile refuses it', async () => {
    const held = await askingDesk();
    const prompt = raised(held);
    const answer = held.gate.authorize(held.request(), patient());
    const { id } = await prompt;
    await held.desk.pause(null, 'operator');
    await held.approvals.approve(id, once);
    expect(reasonOf(await answer)).toBe('paused');
  });

  test('never pays once its agent has gone; the yes is a grant for the next try', async () => {
    const held = await askingDesk();
    const gone = new AbortController();
    const prompt = raised(held);
    const answer = held.gate.authorize(held.request(), patient(gone.signal));
    const { id } = await prompt;
    gone.abort();
    await held.approvals.approve(id, once);
    expect((await answer).kind).toBe('deferred');
    expect(orders(held)).toEqual([]);
    expect((await held.ask()).kind).toBe('granted');
  });

  test('never pays when its agent goes at the very moment of the yes', async () => {
    const held = await askingDesk();
    const gone = new AbortController();
    const prompt = raised(held);
    const answer = held.gate.authorize(held.request(), patient(gone.signal));
    const { id } = await prompt;
    held.approvals.onChanged(() => gone.abort());
    await held.approvals.approve(id, once);
    expect((await answer).kind).toBe('deferred');
    expect(orders(held)).toEqual([]);
  });

  test('does not wait when its client asked not to, or when the delegation holds nothing', async () => {
    const held = await askingDesk();
    expect((await held.ask()).kind).toBe('deferred');
    await held.desk.amend('bot', withRules({ holdMs: 0 }), 'operator');
    expect((await held.gate.authorize(held.request(), patient())).kind).toBe('deferred');
  });
});

describe('prompts', () => {
  test('of the same question are one, however often it is asked and however many at once', async () => {
    const held = await askingDesk();
    await Promise.all(Array.from({ length: 20 }, () => held.ask()));
    expect(held.store.approvals.waiting()).toHaveLength(1);
  });

  test('are at most three for a payee and ten for an agent, and another agent still has his', async () => {
    const held = await askingDesk();
    const ask = (n: number, payee: string, agent = 'bot') =>
      held.ask({ url: `http://127.0.0.1/${n}`, payee: `Payee${payee}11111111111111111111111111111111111111`, agent });
    const kinds: string[] = [];
    for (let n = 0; n < 4; n += 1) kinds.push(reasonOf(await ask(n, 'A')));
    for (let n = 4; n < 12; n += 1) kinds.push(reasonOf(await ask(n, String.fromCharCode(66 + Math.floor(n / 3)))));
    expect(kinds.slice(0, 4)).toEqual(['always-ask', 'always-ask', 'always-ask', 'too-many-approvals']);
    expect(held.store.approvals.waiting()).toHaveLength(10);
    expect(reasonOf(await ask(99, 'A', 'other'))).toBe('always-ask');
  });
});

describe('witnesses', () => {
  const approver = () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const key = Buffer.from(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)).toString('base64');
    const attest = (approval: Approval, by: string, at: number) => {
      const told = { by, at, nonce: randomBytes(16).toString('base64') };
      const signature = sign(null, Buffer.from(attestedMessage(approval, told)), privateKey).toString('base64');
      return { ...told, signature };
    };
    return { key, attest };
  };

  async function needingTwo(): Promise<{ held: TestDesk; approval: Approval }> {
    const held = await askingDesk();
    const when = [{ selector: 'host', operator: '==', value: '127.0.0.1' } as const];
    await held.desk.addNorms([{ type: 'require', id: 'two', when, reason: 'two of us', witnesses: 2 }], 'operator');
    return { held, approval: held.approvals.get(await asked(held)) };
  }

  test('two are needed where the law wants two; the same one twice is one', async () => {
    const { held, approval } = await needingTwo();
    await held.approvals.approve(approval.id, once);
    expect((await held.approvals.approve(approval.id, once)).life.state).toBe('waiting');
    expect((await held.ask()).kind).toBe('deferred');
    const { key, attest } = approver();
    const attestation = attest(approval, 'ada', held.clock.at);
    expect((await held.approvals.attest(approval.id, attestation, key)).life.state).toBe('approved');
    expect((await held.ask()).kind).toBe('granted');
  });

  test('a signature of another key, of another time, or for another request is none', async () => {
    const { held, approval } = await needingTwo();
    const { key, attest } = approver();
    const { at } = held.clock;
    const other = held.approvals.get(await asked(held, { url: 'http://127.0.0.1/other' }));
    const bad = [
      approver().attest(approval, 'ada', at),
      attest(other, 'ada', at),
      attest({ ...approval, requestHash: other.requestHash }, 'ada', at),
      attest(approval, 'ada', at - 5 * 60_000 - 1),
      attest(approval, 'ada', at + 5 * 60_000 + 1),
      { ...attest(approval, 'ada', at), by: 'bert' },
      { ...attest(approval, 'ada', at), signature: '' },
    ];
    for (const attestation of bad)
      await expect(held.approvals.attest(approval.id, attestation, key)).rejects.toMatchObject({
        code: 'policy-invalid',
      });
    expect(held.approvals.get(approval.id).witnesses).toEqual([]);
  });
});

test('an approval that somebody else wrote into the file, or changed there, is none', async () => {
  const held = await askingDesk();
  const id = await asked(held);
  const { db } = held.store.connection;
  const before = db.prepare<[], { record: string }>('SELECT record FROM approvals').get();
  const forged = { ...JSON.parse(before?.record ?? ''), id: 'apr_forged', life: approvedLife(held.clock.at) };
  db.prepare('INSERT INTO approvals SELECT ?, agent, payee, ?, created_at, until, ?, mac FROM approvals').run(
    ...['apr_forged', 'approved', JSON.stringify(forged)],
  );
  expect((await held.ask()).kind).toBe('deferred');
  db.prepare("UPDATE approvals SET state = 'approved', record = ? WHERE id = ?").run(JSON.stringify(forged), id);
  expect((await held.ask()).kind).toBe('deferred');
  expect(orders(held)).toEqual([]);
});

const approvedLife = (at: number) => ({ state: 'approved', at, scope: 'once', upTo: '10000', until: at + 1_000_000 });
