import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CliHome, cliHome, groat, groatJson, startGroat } from '../support/cli.ts';
import { throughProxy } from '../support/proxy-client.ts';

const pin = 'correct horse battery';

interface Desk {
  readonly home: CliHome;
  /** The same home with the right PIN in GROAT_PIN_FILE. */
  readonly owner: CliHome;
  readonly demoUrl: string;
  readonly payee: string;
  /** Beside the home. */
  readonly folder: string;
}

function secretFile(folder: string, name: string, text: string, mode = 0o600): string {
  const file = join(folder, name);
  writeFileSync(file, text, { mode });
  return file;
}

const withPin = (home: CliHome, file: string): CliHome => ({ ...home, env: { ...home.env, GROAT_PIN_FILE: file } });

/** A running Groat with the demo shop, whose owner has set a PIN. */
async function openDesk(): Promise<Desk> {
  const home = cliHome();
  const folder = dirname(home.home);
  const owner = withPin(home, secretFile(folder, 'pin', `${pin}\n`));
  const { firstLine } = await startGroat(home, 'start', '--demo', '--json');
  const { demoUrl } = JSON.parse(firstLine);
  expect((await groatJson(owner, 'owner', 'set-pin')).json).toEqual({ set: true, replaced: false });
  const challenge = await fetch(demoUrl);
  const offer = JSON.parse(Buffer.from(challenge.headers.get('payment-required') ?? '', 'base64').toString());
  return { home, owner, demoUrl, payee: offer.accepts[0].payTo, folder };
}

async function addAgent({ home }: Desk, name: string, ...limits: string[]): Promise<string> {
  const added = await groatJson(home, 'agents', 'add', name, ...limits);
  expect(added.code).toBe(0);
  return added.json.proxyUrl;
}

/** Nobody waits for the owner here: the 402 comes back at once. */
const asking = ['--ask-above', '0.001', '--hold-ms', '0'];

const ownerRequired = { code: 1, json: { error: { code: 'owner-required' } } };

const deferredFields = {
  'groat-decision': 'deferred',
  'groat-reason': 'above-ask-limit',
  'groat-approval': expect.stringMatching(/^apr_[0-9a-z]+$/),
  'retry-after': expect.stringMatching(/^\d+$/),
};

describe('the owner’s PIN', () => {
  test('comes from a file that only its owner can read, and never from the command line', async () => {
    const { home, owner, folder } = await openDesk();
    const open = withPin(home, secretFile(folder, 'open-pin', pin, 0o644));
    const short = { ...owner, env: { ...owner.env, GROAT_NEW_PIN_FILE: secretFile(folder, 'short', '1234567') } };
    const wrong = withPin(home, secretFile(folder, 'wrong', 'wrong horse'));
    await addAgent({ home, owner, folder, demoUrl: '', payee: '' }, 'shopper');
    const loosen = ['agents', 'limit', 'shopper', '--per-day', '30'];

    expect(await groatJson(open, ...loosen)).toMatchObject({ code: 1, json: { error: { code: 'pin-unread' } } });
    expect(await groatJson(short, 'owner', 'set-pin')).toMatchObject({
      code: 1,
      json: { error: { code: 'pin-weak' } },
    });
    expect(await groatJson(wrong, ...loosen)).toMatchObject({ code: 1, json: { error: { code: 'pin-wrong' } } });
    expect((await groatJson(home, 'policy', 'show', 'shopper')).json.terms.limits.perDay).toBe('20');
    for (const args of [
      ['owner', 'set-pin', pin],
      ['owner', 'set-pin', '--pin', pin],
      [...loosen, '--pin', pin],
      ['resume', '--pin', pin],
    ])
      expect((await groat(owner, ...args)).code, args.join(' ')).toBe(2);

    const changed = { ...owner.env, GROAT_NEW_PIN_FILE: secretFile(folder, 'new', 'another horse') };
    expect((await groatJson({ ...owner, env: changed }, 'owner', 'set-pin')).json).toEqual({
      set: true,
      replaced: true,
    });
    expect(await groatJson(owner, ...loosen), 'the old one').toMatchObject({ json: { error: { code: 'pin-wrong' } } });
    expect((await groatJson(withPin(home, join(folder, 'new')), ...loosen)).json.terms.limits.perDay).toBe('30');
  });

  test('is needed for what an operator may not do, and the refusal says how to give it', async () => {
    const { home } = await openDesk();
    for (const args of [
      ['resume'],
      ['agents', 'resume', 'demo'],
      ['approvals', 'approve', 'apr_none'],
      ['policy', 'set', 'desk', '--per-day', 'none'],
      ['policy', 'ceilings', '--per-payment', '9', '--per-day', '99', '--per-minute-count', '9'],
      ['policy', 'approver', 'add', 'ann', Buffer.alloc(32).toString('base64')],
      ['law', 'remove', 'procedure-high-value'],
      ['log', 'export'],
    ])
      expect(await groatJson(home, ...args), args.join(' ')).toMatchObject(ownerRequired);
    expect((await groat(home, 'resume')).stderr).toMatch(/needs the owner.*GROAT_PIN_FILE/s);
  });
});

describe('limits', () => {
  test('tighten without the PIN, loosen only with it, and bind the next payment', async () => {
    const desk = await openDesk();
    const { home, owner, demoUrl } = desk;
    const proxyUrl = await addAgent(desk, 'shopper', '--per-payment', '0.5');
    const limit = (who: CliHome, ...limits: string[]) => groatJson(who, 'agents', 'limit', 'shopper', ...limits);

    const tighter = await limit(home, '--per-payment', '0.005', '--total-count', '3', '--valid-until', '2099-01-01');
    expect(tighter).toMatchObject({ code: 0, json: { subject: 'shopper', parent: '@desk' } });
    expect(tighter.json.terms).toMatchObject({
      limits: { perPayment: '0.005', perDay: '20', totalCount: 3 },
      validUntil: Date.UTC(2099, 0, 1),
    });
    expect((await throughProxy(proxyUrl, demoUrl)).headers).toMatchObject({
      'groat-decision': 'denied',
      'groat-reason': 'over-payment-limit',
    });
    for (const looser of [
      ['--per-payment', '0.006'],
      ['--per-payment', 'none'],
      ['--total-count', 'none'],
      ['--valid-until', 'open'],
    ])
      expect(await limit(home, ...looser), looser.join(' ')).toMatchObject(ownerRequired);
    expect((await groatJson(home, 'agents', 'show', 'shopper')).json.delegations[0].terms).toEqual(tighter.json.terms);

    expect((await limit(owner, '--per-payment', '0.02')).json.terms.limits.perPayment).toBe('0.02');
    expect((await throughProxy(proxyUrl, demoUrl)).status).toBe(200);
    expect((await limit(home)).code, 'nothing to change is a mistake').toBe(2);
    const history = await groatJson(home, 'policy', 'history');
    expect(history.json[0]).toMatchObject({ kind: 'policy', agent: 'shopper', data: { author: 'owner' } });
  });

  test('a part that was handed on counts for whoever handed it on, and ends with it', async () => {
    const desk = await openDesk();
    const { home, demoUrl } = desk;
    await addAgent(desk, 'parent', '--per-day', '0.015');
    const more = await groatJson(home, 'agents', 'delegate', 'parent', 'greedy', '--per-day', '1');
    expect(more, 'never more than it holds').toMatchObject({ code: 1, json: { error: { code: 'policy-invalid' } } });
    const handed = await groatJson(home, 'agents', 'delegate', 'parent', 'child', '--per-day', '0.015');
    expect(handed.json.delegation).toMatchObject({ subject: 'child', parent: 'parent' });
    expect((await throughProxy(handed.json.proxyUrl, demoUrl)).status).toBe(200);
    const shown = await groatJson(home, 'agents', 'show', 'parent');
    expect(shown.json).toMatchObject({ handedOnTo: ['child'], delegations: [{ usage: { day: '0.01' } }, {}] });
    await groatJson(home, 'agents', 'revoke', 'parent');
    expect((await throughProxy(handed.json.proxyUrl, demoUrl)).status).not.toBe(200);
  });
});

describe('pause', () => {
  test('stops everybody at once, shows in the status, and only the owner lifts it', async () => {
    const desk = await openDesk();
    const { home, owner, demoUrl } = desk;
    const proxyUrl = await addAgent(desk, 'shopper');
    expect((await groatJson(home, 'pause')).json).toEqual({ paused: true });
    expect(await throughProxy(proxyUrl, demoUrl)).toMatchObject({
      status: 402,
      headers: { 'groat-decision': 'denied', 'groat-reason': 'paused' },
    });
    expect((await groatJson(home, 'status')).json).toMatchObject({ paused: true, waiting: 0, problem: null });
    expect((await groat(home, 'status')).stdout).toContain('groat resume');
    expect(await groatJson(home, 'resume')).toMatchObject(ownerRequired);
    expect((await throughProxy(proxyUrl, demoUrl)).status).toBe(402);
    expect((await groatJson(owner, 'resume')).json).toEqual({ paused: false, problem: null });
    expect((await throughProxy(proxyUrl, demoUrl)).status).toBe(200);
  });

  test('of one agent leaves the others alone', async () => {
    const desk = await openDesk();
    const { home, owner, demoUrl } = desk;
    const [still, going] = [await addAgent(desk, 'still'), await addAgent(desk, 'going')];
    expect((await groatJson(home, 'agents', 'pause', 'still')).json).toEqual({ agent: 'still', paused: true });
    expect((await throughProxy(still, demoUrl)).headers['groat-reason']).toBe('agent-paused');
    expect((await throughProxy(going, demoUrl)).status).toBe(200);
    expect(await groatJson(home, 'agents', 'resume', 'still')).toMatchObject(ownerRequired);
    expect((await groatJson(owner, 'agents', 'resume', 'still')).json).toEqual({ agent: 'still', paused: false });
    expect((await throughProxy(still, demoUrl)).status).toBe(200);
  });
});

describe('approvals', () => {
  test('a payment above the asking sum waits; the owner’s yes pays the retry, and no other one', async () => {
    const desk = await openDesk();
    const { home, owner, demoUrl, payee } = desk;
    const proxyUrl = await addAgent(desk, 'shopper', ...asking);
    const deferred = await throughProxy(proxyUrl, `${demoUrl}?secret=1`);
    expect(deferred).toMatchObject({ status: 402, headers: deferredFields });
    expect(JSON.parse(deferred.body)).toMatchObject({ x402Version: 1 });

    const listed = await groatJson(home, 'approvals', 'list');
    const id = String(deferred.headers['groat-approval']);
    expect(listed.json).toEqual([
      {
        id,
        agent: 'shopper',
        method: 'GET',
        url: demoUrl,
        amount: '0.01',
        asset: 'USDC',
        payee,
        reason: 'above-ask-limit',
        state: 'waiting',
        expiresAt: expect.any(Number),
      },
    ]);
    expect((await groatJson(home, 'status')).json.waiting).toBe(1);
    expect((await groat(home, 'approvals', 'show', id)).stdout).toContain(`groat approvals approve ${id}`);
    expect(await groatJson(home, 'approvals', 'approve', id)).toMatchObject(ownerRequired);
    expect((await throughProxy(proxyUrl, demoUrl)).headers, 'still asked, and asked once').toMatchObject({
      ...deferredFields,
      'groat-approval': id,
    });

    expect(await groatJson(owner, 'approvals', 'approve', id)).toMatchObject({
      code: 0,
      json: { id, state: 'approved', scope: 'once', upTo: '0.01' },
    });
    expect((await throughProxy(proxyUrl, demoUrl)).status).toBe(200);
    const again = await throughProxy(proxyUrl, demoUrl);
    expect(again).toMatchObject({ status: 402, headers: deferredFields });
    expect(again.headers['groat-approval']).not.toBe(id);
    expect(await groatJson(owner, 'approvals', 'approve', 'apr_none')).toMatchObject({
      json: { error: { code: 'approval-unknown' } },
    });
  });

  test('a payee for a day is paid until the sum is used up', async () => {
    const desk = await openDesk();
    const { owner, demoUrl } = desk;
    const proxyUrl = await addAgent(desk, 'shopper', ...asking);
    const id = String((await throughProxy(proxyUrl, demoUrl)).headers['groat-approval']);
    const approved = await groatJson(owner, 'approvals', 'approve', id, '--scope', 'payee-day', '--up-to', '0.025');
    expect(approved.json).toMatchObject({ scope: 'payee-day', upTo: '0.025' });
    const statuses: number[] = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await throughProxy(proxyUrl, `${demoUrl}?n=${i}`)).status);
    expect(statuses).toEqual([200, 200, 402]);
  });

  test('a no is final for the retry, and can block the payee for everybody', async () => {
    const desk = await openDesk();
    const { home, demoUrl, payee } = desk;
    const proxyUrl = await addAgent(desk, 'shopper', ...asking);
    const other = await addAgent(desk, 'other');
    const id = String((await throughProxy(proxyUrl, demoUrl)).headers['groat-approval']);
    const denied = await groatJson(home, 'approvals', 'deny', id, '--block-payee');
    expect(denied).toMatchObject({ code: 0, json: { id, state: 'denied' } });
    expect((await throughProxy(other, demoUrl)).headers['groat-reason']).toBe('payee-not-allowed');
    expect((await groatJson(home, 'policy', 'show', 'desk')).json.terms.payees.deny).toEqual([payee]);
    expect((await groatJson(home, 'approvals', 'deny', id)).json.error.code).toBe('approval-closed');

    const second = await openDesk();
    const asker = await addAgent(second, 'shopper', ...asking);
    const asked = String((await throughProxy(asker, second.demoUrl)).headers['groat-approval']);
    await groatJson(second.home, 'approvals', 'deny', asked);
    expect(await throughProxy(asker, second.demoUrl)).toMatchObject({
      status: 402,
      headers: { 'groat-decision': 'denied', 'groat-reason': 'approval-denied' },
    });
  });

  test('a law can want a registered approver’s signature beside the owner’s yes', async () => {
    const desk = await openDesk();
    const { home, owner, demoUrl, folder } = desk;
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = String(privateKey.export({ format: 'pem', type: 'pkcs8' }));
    const key = secretFile(folder, 'ann.pem', pem);
    const norm = {
      type: 'require',
      id: 'two-say-yes',
      when: [{ selector: 'agent', operator: '==', value: 'shopper' }],
      reason: 'Two heads.',
      witnesses: 2,
    };
    expect((await groatJson(owner, 'policy', 'approver', 'add', 'ann', key)).json.approvers).toHaveLength(1);
    const law = secretFile(folder, 'law.json', JSON.stringify([norm]));
    expect((await groatJson(home, 'law', 'add', law)).json).toEqual({ version: 2, added: 1 });
    const proxyUrl = await addAgent(desk, 'shopper', '--hold-ms', '0');
    const deferred = await throughProxy(proxyUrl, demoUrl);
    expect(deferred.headers).toMatchObject({ 'groat-decision': 'deferred', 'groat-reason': 'law-asks' });
    const id = String(deferred.headers['groat-approval']);

    const attest = (by: string, file: string) => groatJson(home, 'approvals', 'attest', id, '--by', by, '--key', file);
    const stranger = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
    expect((await attest('ann', secretFile(folder, 'no.pem', String(stranger)))).json.error.code).toBe(
      'policy-invalid',
    );
    expect((await attest('bob', key)).json.error.code).toBe('policy-invalid');
    expect((await attest('ann', secretFile(folder, 'open.pem', pem, 0o644))).json.error.code).toBe('config-invalid');
    const one = await groatJson(owner, 'approvals', 'approve', id);
    expect(one.json).toMatchObject({ state: 'waiting', needed: 2, witnesses: ['owner'] });
    expect((await attest('ann', key)).json).toMatchObject({ state: 'approved', witnesses: ['owner', 'approver:ann'] });
    expect((await throughProxy(proxyUrl, demoUrl)).status).toBe(200);
    expect(await groatJson(home, 'law', 'remove', 'two-say-yes')).toMatchObject(ownerRequired);
  });

  test('`groat pay` says what the owner can type, and `approvals watch` tells of it while it happens', async () => {
    const { home, owner, demoUrl } = await openDesk();
    const watching = await startGroat(home, 'approvals', 'watch');
    await groatJson(home, 'agents', 'limit', 'cli', ...asking);
    const told = await groat(home, 'pay', demoUrl);
    expect(told.code).toBe(1);
    const [, id = ''] = /groat approvals approve (apr_\w+)/.exec(told.stdout) ?? [];
    expect(told.stdout).toMatch(/4 {2}decision {2}deferred: .*above-ask-limit/);
    await watching.until(new RegExp(`${id} +waiting +cli +\\$0\\.01`));
    await groatJson(owner, 'approvals', 'approve', id);
    await watching.until(new RegExp(`${id} +approved +cli`));
    expect((await groat(home, 'pay', demoUrl)).code).toBe(0);
    watching.child.kill('SIGTERM');
    expect(await watching.ended).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('the log', () => {
  test('of a running Groat verifies; its export verifies without one, until a byte is changed', async () => {
    const desk = await openDesk();
    const { home, owner, demoUrl, folder } = desk;
    const proxyUrl = await addAgent(desk, 'shopper');
    await throughProxy(proxyUrl, demoUrl);
    expect((await groatJson(home, 'log', 'verify')).json).toMatchObject({ ok: true, entries: expect.any(Number) });
    const granted = await groatJson(home, 'log', 'show', '--kind', 'decision', '--agent', 'shopper', '--limit', '1');
    expect(granted.json).toMatchObject([{ kind: 'decision', agent: 'shopper', data: { decision: 'granted' } }]);

    const file = join(folder, 'export.jsonl');
    const exported = await groatJson(owner, 'log', 'export', '--format', 'jsonl', '--out', file);
    expect(exported.json).toMatchObject({ file, format: 'jsonl' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
    const bytes = readFileSync(file);
    const lines = bytes.toString('utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(exported.json.lines);
    const whole = await groatJson(home, 'log', 'verify', file);
    expect(whole).toMatchObject({
      code: 0,
      json: { ok: true, entries: lines.length - 1, head: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });

    // Any home will do that has the key; none is made and no host is started.
    const elsewhere = cliHome();
    const keyFile = join(home.home, 'log-heads', 'sandbox.pub');
    const key = readFileSync(keyFile, 'utf8').trim();
    for (const given of [keyFile, key])
      expect((await groatJson(elsewhere, 'log', 'verify', file, '--key', given)).json).toEqual(whole.json);
    expect(await groatJson(elsewhere, 'log', 'verify', file), 'the file’s own key proves nothing').toMatchObject({
      code: 1,
      json: { error: { code: 'config-invalid', message: expect.stringContaining('--key') } },
    });
    const other = key.replace(/^./, (first) => (first === '2' ? '3' : '2'));
    expect((await groatJson(elsewhere, 'log', 'verify', file, '--key', other)).json).toMatchObject({ ok: false });
    expect(existsSync(elsewhere.home)).toBe(false);

    const third = lines.slice(0, 2).join('\n').length + 20;
    const damaged: readonly (readonly [what: string, bytes: Buffer, firstBad: number])[] = [
      ['one bit of the third entry', Buffer.from(bytes.map((byte, i) => (i === third ? byte ^ 1 : byte))), 3],
      ['the third entry is gone', Buffer.from(`${lines.toSpliced(2, 1).join('\n')}\n`), 3],
      ['its end is cut off', Buffer.from(`${lines.slice(0, -2).join('\n')}\n`), lines.length - 1],
      ['only its last line feed is gone', bytes.subarray(0, -1), lines.length],
    ];
    for (const [what, text, firstBad] of damaged) {
      writeFileSync(file, text);
      expect(await groatJson(home, 'log', 'verify', file), what).toMatchObject({
        code: 1,
        json: { ok: false, firstBad, why: expect.any(String) },
      });
    }
  });

  test('goes to stdout as it is, for the owner only, and nowhere when it cannot be written whole', async () => {
    const { home, owner, folder } = await openDesk();
    const printed = await groat(owner, 'log', 'export');
    expect(printed.code).toBe(0);
    const file = secretFile(folder, 'piped.jsonl', printed.stdout);
    expect((await groatJson(home, 'log', 'verify', file)).json.ok).toBe(true);
    expect((await groat(owner, 'log', 'export', '--format', 'csv')).stdout).toMatch(/^seq,at,kind,agent,/);

    const kept = secretFile(folder, 'kept.jsonl', 'what was there');
    expect(await groatJson(home, 'log', 'export', '--out', kept)).toMatchObject(ownerRequired);
    expect(readFileSync(kept, 'utf8')).toBe('what was there');
    expect(await groatJson(owner, 'log', 'export', '--out', join(folder, 'no', 'where'))).toMatchObject({
      code: 1,
      json: { error: { code: 'config-invalid' } },
    });
  });
});
