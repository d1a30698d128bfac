import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { type AgentRecord, type AgentStore, createAgentRegistry } from '../../../src-main/identity/index.ts';
import { toAgentName } from '../../../src-shared/model/index.ts';

const bot = toAgentName('bot');
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const credentialOf = (token: string, name = 'bot') => basic(`${name}:${token}`);

/** Keeps records in memory; while `held`, saving waits for `letGo`, or fails. */
function memoryStore() {
  const records = new Map<string, AgentRecord>();
  let held: Promise<void> | null = null;
  let release: (error?: Error) => void = () => undefined;
  const store: AgentStore = {
    all: () => [...records.values()],
    async save(record) {
      await held;
      records.set(record.name, record);
    },
  };
  return {
    store,
    records,
    hold() {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      held = promise;
      release = (error) => (error === undefined ? resolve() : reject(error));
    },
    letGo(error?: Error) {
      held = null;
      release(error);
    },
  };
}

function setUp() {
  const memory = memoryStore();
  return { ...memory, registry: createAgentRegistry(memory.store, systemRandom, systemClock) };
}

test('a new agent is known by its credential, whatever the case of the scheme', async () => {
  const { registry } = setUp();
  const token = await registry.add(bot);
  expect(token).toMatch(/^groat_[A-Za-z0-9_-]{32}$/);
  expect(registry.byProxyCredential(credentialOf(token))).toBe('bot');
  expect(registry.byProxyCredential(credentialOf(token).replace('Basic', 'basic'))).toBe('bot');
  expect(registry.isLive(bot)).toBe(true);
});

test('two tokens are never the same', async () => {
  const { registry } = setUp();
  const tokens = await Promise.all(['a', 'b', 'c'].map((name) => registry.add(toAgentName(name))));
  expect(new Set(tokens).size).toBe(3);
});

describe('a credential that is not the agent’s is nobody’s', () => {
  const table: readonly [string, (token: string) => string][] = [
    ['another token', () => credentialOf('groat_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx')],
    ['an empty token', () => credentialOf('')],
    ['one character less', (token) => credentialOf(token.slice(0, -1))],
    ['one character more', (token) => credentialOf(`${token}x`)],
    ['a line break more', (token) => credentialOf(`${token}\n`)],
    ['another agent’s name', (token) => credentialOf(token, 'other')],
    ['an unknown name', (token) => credentialOf(token, 'nobody')],
    ['the name in capitals', (token) => credentialOf(token, 'BOT')],
    ['an inherited property’s name', (token) => credentialOf(token, 'constructor')],
    ['no name', (token) => basic(`:${token}`)],
    ['no colon', (token) => basic(`bot${token}`)],
    ['the hash in place of the token', (token) => credentialOf(createHash('sha256').update(token).digest('hex'))],
    ['no base64', (token) => `Basic bot:${token}`],
    ['text behind it', (token) => `${credentialOf(token)} x`],
    ['another scheme', (token) => credentialOf(token).replace('Basic', 'Bearer')],
    ['the token alone', (token) => token],
    ['an empty value', () => ''],
    ['a value beyond all size', (token) => credentialOf(token.repeat(10_000))],
  ];
  for (const [name, credential] of table) {
    test(name, async () => {
      const { registry } = setUp();
      await registry.add(toAgentName('other'));
      const token = await registry.add(bot);
      expect(registry.byProxyCredential(credential(token))).toBeNull();
      // The right one is not hurt by wrong ones.
      expect(registry.byProxyCredential(credentialOf(token))).toBe('bot');
    });
  }
});

test('what is kept of a token is its hash, 32 bytes whatever the token; the token itself is nowhere', async () => {
  const { registry, records } = setUp();
  const token = await registry.add(bot);
  const record = records.get('bot');
  expect(record?.tokenHash).toEqual(createHash('sha256').update(token).digest());
  expect(record?.tokenHash).toHaveLength(32);
  expect(JSON.stringify([...records.values(), ...registry.list()])).not.toContain(token);
});

test('a registry over what was stored knows the same credentials, and no revoked one', async () => {
  const { registry, store } = setUp();
  const token = await registry.add(bot);
  const gone = await registry.add(toAgentName('gone'));
  await registry.revoke(toAgentName('gone'));
  const again = createAgentRegistry(store, systemRandom, systemClock);
  expect(again.byProxyCredential(credentialOf(token))).toBe('bot');
  expect(again.byProxyCredential(credentialOf(gone, 'gone'))).toBeNull();
});

describe('a revoked agent', () => {
  test('is refused at once, also by a credential that was used before, while the revocation is still being written', async () => {
    const { registry, hold, letGo } = setUp();
    const token = await registry.add(bot);
    expect(registry.byProxyCredential(credentialOf(token))).toBe('bot');
    hold();
    const revoking = registry.revoke(bot);
    expect(registry.byProxyCredential(credentialOf(token))).toBeNull();
    expect(registry.isLive(bot)).toBe(false);
    letGo();
    await revoking;
    expect(registry.byProxyCredential(credentialOf(token))).toBeNull();
  });

  test('cannot be revoked again, nor one that never was', async () => {
    const { registry } = setUp();
    await registry.add(bot);
    await registry.revoke(bot);
    await expect(registry.revoke(bot)).rejects.toMatchObject({ code: 'agent-unknown' });
    await expect(registry.revoke(toAgentName('nobody'))).rejects.toMatchObject({ code: 'agent-unknown' });
  });

  test('may be added anew, with another token; the old one stays dead', async () => {
    const { registry } = setUp();
    const old = await registry.add(bot);
    await registry.revoke(bot);
    const token = await registry.add(bot);
    expect(registry.byProxyCredential(credentialOf(old))).toBeNull();
    expect(registry.byProxyCredential(credentialOf(token))).toBe('bot');
    expect(registry.list()).toHaveLength(1);
  });

  test('stays revoked when it was given a new token at the same time: the later call wins', async () => {
    const { registry, records, hold, letGo } = setUp();
    const old = await registry.add(bot);
    hold();
    const rotating = registry.rotate(bot);
    const revoking = registry.revoke(bot);
    letGo();
    const token = await rotating;
    await revoking;
    for (const dead of [old, token]) expect(registry.byProxyCredential(credentialOf(dead))).toBeNull();
    expect(registry.isLive(bot)).toBe(false);
    expect(records.get('bot')?.revokedAt).not.toBeNull();
  });
});

describe('a rotated agent', () => {
  test('is known by its new token only, also when the old one was used before and during the rotation', async () => {
    const { registry, hold, letGo } = setUp();
    const old = await registry.add(bot);
    expect(registry.byProxyCredential(credentialOf(old))).toBe('bot');
    hold();
    const rotating = registry.rotate(bot);
    registry.byProxyCredential(credentialOf(old));
    letGo();
    const token = await rotating;
    expect(registry.byProxyCredential(credentialOf(old))).toBeNull();
    expect(registry.byProxyCredential(credentialOf(token))).toBe('bot');
  });

  test('twice at once is known by one token, the one that was stored', async () => {
    const { registry, store } = setUp();
    const tokens = await Promise.all([registry.rotate(bot), registry.rotate(bot)]);
    const works = (which: typeof registry) => tokens.map((token) => which.byProxyCredential(credentialOf(token)));
    expect(works(registry)).toEqual([null, 'bot']);
    expect(works(createAgentRegistry(store, systemRandom, systemClock))).toEqual([null, 'bot']);
  });

  test('keeps its old token when the new one could not be stored', async () => {
    const { registry, hold, letGo } = setUp();
    const old = await registry.add(bot);
    hold();
    const rotating = registry.rotate(bot);
    letGo(new Error('disk full'));
    await expect(rotating).rejects.toThrow('disk full');
    expect(registry.byProxyCredential(credentialOf(old))).toBe('bot');
  });
});

describe('a name', () => {
  test('that is taken is refused, also while its first owner is still being written', async () => {
    const { registry, hold, letGo } = setUp();
    hold();
    const first = registry.add(bot);
    await expect(registry.add(bot)).rejects.toMatchObject({ code: 'agent-exists' });
    letGo();
    expect(registry.byProxyCredential(credentialOf(await first))).toBe('bot');
  });

  test('is free again when its owner could not be stored', async () => {
    const { registry, hold, letGo } = setUp();
    hold();
    const adding = registry.add(bot);
    letGo(new Error('disk full'));
    await expect(adding).rejects.toThrow('disk full');
    expect(registry.list()).toEqual([]);
    await expect(registry.add(bot)).resolves.toMatch(/^groat_/);
  });
});

test('thousands of wrong guesses and of right credentials do not push out a live agent', async () => {
  const { registry } = setUp();
  const token = await registry.add(bot);
  expect(registry.byProxyCredential(credentialOf(token))).toBe('bot');
  const others = await Promise.all(Array.from({ length: 1500 }, (_, n) => registry.add(toAgentName(`a${n}`))));
  for (const [n, other] of others.entries()) {
    expect(registry.byProxyCredential(credentialOf(other, `a${n}`))).toBe(`a${n}`);
    expect(registry.byProxyCredential(credentialOf(`guess-${n}`))).toBeNull();
  }
  expect(registry.byProxyCredential(credentialOf(token))).toBe('bot');
  await registry.revoke(bot);
  expect(registry.byProxyCredential(credentialOf(token))).toBeNull();
});
