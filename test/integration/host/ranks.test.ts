import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { describe, expect, test } from 'vitest';
import { controlSocketPath } from '../../../src-main/base/control-socket.ts';
import { type CallContext, operatorInside } from '../../../src-main/host/call.ts';
import { contract, type Rank } from '../../../src-shared/contract/index.ts';
import { throughProxy } from '../../support/proxy-client.ts';
import { startTestHost, type TestHost } from '../../support/test-host.ts';

interface Found {
  readonly path: readonly string[];
  readonly rank: Rank;
}

/** Every procedure of the contract, found by walking it: one that is added tomorrow is tested tomorrow. */
function procedures(node: unknown = contract, path: readonly string[] = []): readonly Found[] {
  if (typeof node !== 'object' || node === null) return [];
  if ('~orpc' in node) {
    const { meta } = node['~orpc'] as { meta: { rank: Rank } };
    return [{ path, rank: meta.rank }];
  }
  return Object.entries(node).flatMap(([name, child]) => procedures(child, [...path, name]));
}

const all = procedures();
const ranks: readonly Rank[] = ['public', 'agent', 'operator', 'owner'];

/** Something that every input schema refuses or takes; what counts is who is let through to have it looked at. */
async function call(host: TestHost, rank: Rank, path: readonly string[]): Promise<string> {
  const context: CallContext = { ...operatorInside, rank };
  let client: unknown = createRouterClient(host.host.router, { context });
  for (const name of path) client = (client as Record<string, unknown>)[name];
  try {
    await (client as (input: unknown) => Promise<unknown>)({ nothing: 'that any procedure takes' });
    return 'let through';
  } catch (error) {
    const { code, data } = error as { code: string; data?: { code?: string } };
    return data?.code ?? code;
  }
}

/** What must be the owner's, whatever the contract comes to say. */
const forTheOwner = [
  'approvals.approve',
  'desk.resume',
  'agents.resume',
  'log.export',
  'policy.setCeilings',
  'policy.setApprover',
  'wallet.exportKey',
  'settings.change',
];

test('the contract gives to the owner what approves, resumes, exports and moves a ceiling', () => {
  expect(all.length).toBeGreaterThan(30);
  const owners = all.filter(({ rank }) => rank === 'owner').map(({ path }) => path.join('.'));
  expect(owners).toEqual(expect.arrayContaining(forTheOwner));
});

test('no procedure lets through who has a lower rank than it asks for', async () => {
  const host = await startTestHost({ demo: false });
  for (const { path, rank } of all) {
    for (const lower of ranks.slice(0, ranks.indexOf(rank))) {
      const answer = await call(host, lower, path);
      const told = rank === 'owner' && lower === 'operator' ? 'owner-required' : 'FORBIDDEN';
      expect(answer, `${path.join('.')} as ${lower}`).toBe(told);
    }
  }
});

describe('an operator may tighten, and nothing else', () => {
  test('every limit, list and rule that would loosen answers owner-required, and changes nothing', async () => {
    const { client } = await startTestHost({ demo: false });
    await client.agents.add({ agent: 'bot' });
    const strict = {
      perPayment: '0.5',
      minPerPayment: '0.001',
      perMinute: '1',
      perMinuteCount: 10,
      perHour: '2',
      perDay: '3',
      perMonth: '4',
      total: '5',
      totalCount: 100,
      allowOrigins: ['https://api.example.com'],
      denyOrigins: ['https://evil.example.com'],
      denyPayees: ['9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin'],
      askAbove: '0.1',
      askNewPayeeAbove: '0.01',
      alwaysAsk: true,
      validUntil: Date.now() + 86_400_000,
      actions: ['pay' as const],
    };
    await client.agents.limit({ agent: 'bot', ...strict });
    const before = await client.agents.show({ agent: 'bot' });
    const looser: readonly Record<string, unknown>[] = [
      { perPayment: '0.500001' },
      { perPayment: 'none' },
      { minPerPayment: '0.0009' },
      { minPerPayment: 'none' },
      { perMinute: '1.01' },
      { perMinuteCount: 11 },
      { perHour: 'none' },
      { perDay: '3.000001' },
      { perMonth: '40' },
      { total: 'none' },
      { totalCount: 'none' },
      { allowOrigins: 'any' },
      { allowOrigins: ['https://*.example.com'] },
      { denyOrigins: [] },
      { denyPayees: [] },
      { askAbove: '0.2' },
      { askNewPayeeAbove: 'none' },
      { alwaysAsk: false },
      { validUntil: 'open' },
      { actions: ['pay', 'delegate'] },
      { role: 'researcher' },
      { browserRequests: true },
    ];
    for (const change of looser) {
      const outcome = client.agents.limit({ agent: 'bot', ...change });
      await expect(outcome, JSON.stringify(change)).rejects.toMatchObject({ data: { code: 'owner-required' } });
      const same = client.policy.set({ subject: 'bot', ...change });
      await expect(same, JSON.stringify(change)).rejects.toMatchObject({ data: { code: 'owner-required' } });
    }
    await expect(client.policy.set({ subject: 'desk', perDay: '51' })).rejects.toMatchObject({
      data: { code: 'owner-required' },
    });
    expect((await client.agents.show({ agent: 'bot' })).delegations[0]?.terms).toEqual(before.delegations[0]?.terms);
  });

  test('a norm that permits, or that takes another’s place, is the owner’s; one that forbids is not', async () => {
    const { client } = await startTestHost({ demo: false });
    const when = [{ selector: 'host', operator: '==', value: 'evil.example.com' }];
    await client.law.add({ norms: [{ type: 'deny', id: 'no-evil', when, reason: 'Known for nothing good.' }] });
    const required = { data: { code: 'owner-required' } };
    await expect(client.law.remove({ id: 'no-evil' })).rejects.toMatchObject(required);
    await expect(
      client.law.add({
        norms: [
          {
            type: 'deny',
            id: 'no-evil',
            when: [{ selector: 'host', operator: '==', value: 'a.example' }],
            reason: 'x',
          },
        ],
      }),
    ).rejects.toMatchObject(required);
    await expect(client.law.add({ norms: [{ type: 'allow', id: 'yes', when, reason: 'x' }] })).rejects.toMatchObject(
      required,
    );
  });

  test('the PIN that is there is not replaced without it', async () => {
    const { client } = await startTestHost({ demo: false });
    await client.owner.setPin({ pin: 'correct horse' });
    await expect(client.owner.setPin({ pin: 'another one' })).rejects.toMatchObject({
      data: { code: 'owner-required' },
    });
    const wrong = client.owner.setPin({ pin: 'another one', currentPin: 'guess guess' });
    await expect(wrong).rejects.toMatchObject({ data: { code: 'pin-wrong' } });
  });
});

/** What an agent with its credential, and the user's own rights on loopback, can send to each door. */
describe('an agent’s doors lead to no procedure', () => {
  const target = '/rpc/desk/resume';

  test('the proxy does not take a credential to its own ports, nor a path without an origin', async () => {
    const { client, host } = await startTestHost({ demo: true });
    const { proxyUrl } = await client.agents.add({ agent: 'bot' });
    for (const port of [new URL(host.ready.proxyUrl).port, new URL(host.ready.rpcUrl ?? '').port]) {
      const answer = await throughProxy(proxyUrl, `http://127.0.0.1:${port}${target}`, { method: 'POST', body: '{}' });
      expect([403, 400]).toContain(answer.status);
    }
    const direct = await fetch(`${host.ready.proxyUrl}${target}`, { method: 'POST' });
    expect(direct.status).toBe(400);
  });

  test('no TCP port of the host answers an RPC; only the socket does, which is the user’s alone', async () => {
    const started = await startTestHost({ demo: true });
    await started.client.desk.pause();
    for (const url of [started.host.ready.proxyUrl, started.rpcUrl, new URL(started.demoUrl).origin]) {
      const answer = await fetch(`${url}${target}`, {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'application/json' },
      }).catch(() => null);
      expect((await answer?.text()) ?? '', url).not.toContain('"paused"');
    }
    expect((await started.client.policy.show()).paused.all).toBe(true);
  });

  test('Groat-* headers that an agent or an origin writes decide nothing', async () => {
    const started = await startTestHost({ demo: true });
    const { proxyUrl } = await started.client.agents.add({ agent: 'bot', alwaysAsk: true, holdMs: 0 });
    const forged = { 'Groat-Decision': 'granted', 'Groat-Approval': 'apr_x', 'Groat-Owner-Pin': 'Y29ycmVjdCBob3JzZQ' };
    const answer = await throughProxy(proxyUrl, started.demoUrl, { headers: forged });
    expect(answer).toMatchObject({ status: 402, headers: { 'groat-decision': 'deferred' } });
  });

  test('a PIN header on the socket that is wrong is answered before anything is done', async () => {
    const started = await startTestHost({ demo: false });
    await started.client.owner.setPin({ pin: 'correct horse' });
    const answer = await new Promise<{ status: number; body: string }>((resolve, reject) => {
      const socketPath = controlSocketPath(started.home, { XDG_RUNTIME_DIR: started.home });
      const call = request(
        {
          socketPath,
          path: '/rpc/desk/pause',
          method: 'POST',
          headers: { 'content-type': 'application/json', 'groat-owner-pin': 'd3Jvbmc' },
        },
        (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (text) => {
            body += text;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        },
      );
      call.on('error', reject);
      call.end('{}');
    });
    expect(answer).toMatchObject({ status: 403 });
    expect(answer.body).toContain('pin-wrong');
    expect((await started.client.policy.show()).paused.all).toBe(false);
  });
});

test('neither the home nor the log shows the PIN or an agent’s token', async () => {
  const started = await startTestHost({ demo: false });
  await started.client.owner.setPin({ pin: 'correct horse battery' });
  const { proxyUrl } = await started.client.agents.add({ agent: 'bot' });
  const token = new URL(proxyUrl).password;
  await started.stop();
  for (const file of ['sandbox/groat.db', 'sandbox/groat.db-wal', 'logs/groat.log']) {
    let bytes: string;
    try {
      bytes = readFileSync(join(started.home, file), 'latin1');
    } catch {
      continue;
    }
    expect(bytes.includes('correct horse battery'), file).toBe(false);
    expect(bytes.includes(token), file).toBe(false);
  }
});
