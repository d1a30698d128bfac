import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import { createRouterClient, os } from '@orpc/server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectControl, type HostClient } from '../../../src-main/base/control-client.ts';
import { controlSocketPath, ownerPinHeader } from '../../../src-main/base/control-socket.ts';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import type { CallContext } from '../../../src-main/host/call.ts';
import { createUiSessions, operatorInside, type UiSessions } from '../../../src-main/host/index.ts';
import { createUiFiles } from '../../../src-main/host/ui-files.ts';
import { startUiServer } from '../../../src-main/host/ui-server.ts';
import { throughProxy } from '../../support/proxy-client.ts';
import { freshHome, startTestHost, type TestHost } from '../../support/test-host.ts';

const minuteMs = 60_000;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request with exactly these headers, as no fetch would send it. */
function knock(
  port: number,
  path: string,
  { method = 'GET', body, headers = {} }: { method?: string; body?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece) => {
        text += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const json = { 'content-type': 'application/json' };
const codeProblem = ({ status, body }: Answer) => [status, body === '' ? null : JSON.parse(body).type];

function builtFolder(): string {
  const outside = mkdtempSync(join(tmpdir(), 'groat-screens-'));
  const folder = join(outside, 'renderer');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Groat</title>');
  writeFileSync(join(folder, 'icon.svg'), '<svg/>');
  writeFileSync(join(folder, 'assets', 'index-abc123.js'), 'export {};');
  writeFileSync(join(folder, 'assets', 'index-abc123.js.map'), '{}');
  writeFileSync(join(outside, 'secret.txt'), 'the secret');
  symlinkSync(join(outside, 'secret.txt'), join(folder, 'link.txt'));
  return folder;
}

interface Door {
  readonly port: number;
  readonly url: string;
  readonly sessions: UiSessions;
  /** Who reached a procedure. */
  readonly calls: CallContext[];
  /** How many streams run. */
  readonly streams: () => number;
  pass(ms: number): void;
  stop(): Promise<void>;
  /** A session's bearer. */
  signIn(): Promise<string>;
  call(token: string, path: string, more?: { headers?: Record<string, string>; body?: string }): Promise<Answer>;
}

/** The door alone, before procedures that only say who called. */
async function openDoor({ folder = builtFolder() }: { folder?: string } = {}): Promise<Door> {
  let now = 5 * minuteMs;
  const sessions = createUiSessions({ clock: { now: () => now, monotonic: () => now }, random: systemRandom });
  const calls: CallContext[] = [];
  let streams = 0;
  const base = os.$context<CallContext>();
  const called = base.handler(({ context }) => {
    calls.push(context);
    return { ok: true };
  });
  const watch = base.handler(async function* ({ signal }) {
    streams += 1;
    try {
      yield 'first';
      if (signal !== undefined && !signal.aborted) await once(signal, 'abort');
    } finally {
      streams -= 1;
    }
  });
  const server = await startUiServer({
    port: 0,
    files: createUiFiles(folder),
    sessions,
    router: { host: { status: called }, desk: { watch, resume: called } },
    ownerDoor: async () => undefined,
    log: silentLog,
  });
  const stop = () => server.stop(100);
  onTestFinished(stop);
  const { port } = server;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    sessions,
    calls,
    streams: () => streams,
    pass: (ms) => {
      now += ms;
    },
    stop,
    async signIn() {
      const answer = await exchange(port, sessions.issueCode());
      return JSON.parse(answer.body).token;
    },
    call: (token, path, { headers = {}, body = '{}' } = {}) =>
      knock(port, `/rpc/${path}`, {
        method: 'POST',
        body,
        headers: { ...json, authorization: `Bearer ${token}`, ...headers },
      }),
  };
}

const exchange = (port: number, code: string, headers: Record<string, string> = {}) =>
  knock(port, '/session', { method: 'POST', body: JSON.stringify({ code }), headers: { ...json, ...headers } });

/** The client as the page has it. */
function pageClient(url: string, token: string, pin?: string): HostClient {
  const proof = pin === undefined ? {} : { [ownerPinHeader]: Buffer.from(pin).toString('base64url') };
  return createORPCClient(
    new RPCLink({ url: `${url}/rpc`, headers: () => ({ authorization: `Bearer ${token}`, ...proof }) }),
  );
}

describe('a one-time code', () => {
  test('opens one session, which is an operator, and no second one', async () => {
    const door = await openDoor();
    const code = door.sessions.issueCode();
    const first = await exchange(door.port, code);
    expect(first.status).toBe(200);
    expect(first.headers['cache-control']).toBe('no-store');
    expect(first.headers['set-cookie']).toBeUndefined();
    const { token } = JSON.parse(first.body);
    expect(await door.call(token, 'host/status')).toMatchObject({ status: 200 });
    expect(door.calls).toMatchObject([{ rank: 'operator', pinProven: false, door: 'browser' }]);
    expect(codeProblem(await exchange(door.port, code))).toEqual([403, 'urn:groat:problem:code-refused']);
  });

  test('is good for sixty seconds', async () => {
    const door = await openDoor();
    const [old, young] = [door.sessions.issueCode(), door.sessions.issueCode()];
    door.pass(59_999);
    expect((await exchange(door.port, young)).status).toBe(200);
    door.pass(1);
    expect((await exchange(door.port, old)).status).toBe(403);
  });

  test('gives way when too many lie about', async () => {
    const door = await openDoor();
    const codes = Array.from({ length: 9 }, () => door.sessions.issueCode());
    expect((await exchange(door.port, codes[0] ?? '')).status).toBe(403);
    for (const code of codes.slice(1)) expect((await exchange(door.port, code)).status).toBe(200);
  });

  test('opens its session also while somebody floods the door with wrong ones, who is told to wait', async () => {
    const door = await openDoor();
    const right = door.sessions.issueCode();
    const guess = () => exchange(door.port, 'a'.repeat(43));
    for (let i = 0; i < 10; i++) expect((await guess()).status).toBe(403);
    expect((await guess()).status).toBe(429);
    expect((await exchange(door.port, right)).status).toBe(200);
    expect((await exchange(door.port, right)).status).toBe(429);
    door.pass(minuteMs);
    expect((await guess()).status).toBe(403);
  });

  test.each([
    ['no JSON', '{', 400],
    ['no code', '{}', 400],
    ['a code that is no text', '{"code":["a"]}', 400],
    ['something beside the code', '{"code":"a","rank":"owner"}', 400],
    ['an empty code', '{"code":""}', 403],
    ['a code of half a kilobyte', JSON.stringify({ code: 'a'.repeat(512) }), 400],
  ])('with %s opens nothing', async (_, body, status) => {
    const door = await openDoor();
    door.sessions.issueCode();
    expect((await knock(door.port, '/session', { method: 'POST', body, headers: json })).status).toBe(status);
  });

  test('is not looked at where it comes in two kilobytes, and is still good then', async () => {
    const door = await openDoor();
    const code = door.sessions.issueCode();
    const body = `${JSON.stringify({ code })}${' '.repeat(2048)}`;
    expect((await knock(door.port, '/session', { method: 'POST', body, headers: json })).status).toBe(400);
    expect((await exchange(door.port, code)).status).toBe(200);
  });

  test('is not taken from a form', async () => {
    const door = await openDoor();
    const body = JSON.stringify({ code: door.sessions.issueCode() });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      expect(
        (await knock(door.port, '/session', { method: 'POST', body, headers: { 'content-type': type } })).status,
      ).toBe(415);
  });
});

describe('without a session', () => {
  test.each([
    ['no bearer', {}],
    ['one that nobody was given', { authorization: `Bearer ${'a'.repeat(43)}` }],
    ['another scheme', { authorization: 'Basic b3duZXI6b3duZXI=' }],
    ['a cookie', { cookie: 'token=x' }],
    ['the PIN alone', { [ownerPinHeader]: 'cmlnaHQ' }],
  ])('nothing is called: %s', async (_, headers) => {
    const door = await openDoor();
    await door.signIn();
    for (const path of ['/rpc/host/status', '/rpc/nothing', '/rpc']) {
      const answer = await knock(door.port, path, { method: 'POST', body: '{}', headers: { ...json, ...headers } });
      expect(codeProblem(answer)).toEqual([401, 'urn:groat:problem:no-session']);
      expect(answer.headers['content-type']).toBe('application/problem+json');
    }
    expect(door.calls).toEqual([]);
  });

  test('the page’s client hears 401', async () => {
    const door = await openDoor();
    const error = await pageClient(door.url, 'a'.repeat(43))
      .host.status()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ORPCError);
    expect(error).toMatchObject({ status: 401 });
  });
});

describe('a session', () => {
  test('ends when it is not used for twelve hours, and not before', async () => {
    const door = await openDoor();
    const token = await door.signIn();
    for (let i = 0; i < 3; i++) {
      door.pass(12 * 60 * minuteMs - 1);
      expect((await door.call(token, 'host/status')).status).toBe(200);
    }
    door.pass(12 * 60 * minuteMs);
    expect((await door.call(token, 'host/status')).status).toBe(401);
  });

  test('is in use for as long as a page watches', async () => {
    const door = await openDoor();
    const token = await door.signIn();
    const leave = new AbortController();
    const events = await pageClient(door.url, token).desk.watch(undefined, { signal: leave.signal });
    await events.next();
    door.pass(13 * 60 * minuteMs);
    expect((await door.call(token, 'host/status')).status).toBe(200);
    leave.abort();
    await expect.poll(door.streams).toBe(0);
  });

  test('that is ended is worth nothing, and its streams end', async () => {
    const door = await openDoor();
    const [token, other] = [await door.signIn(), await door.signIn()];
    const events = await pageClient(door.url, token).desk.watch();
    await events.next();
    expect(door.streams()).toBe(1);
    const ended = await knock(door.port, '/session', {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}` },
    });
    expect(ended.status).toBe(204);
    await expect.poll(door.streams).toBe(0);
    expect((await door.call(token, 'host/status')).status).toBe(401);
    expect((await door.call(other, 'host/status')).status).toBe(200);
  });

  test('is not ended by who does not hold it', async () => {
    const door = await openDoor();
    const token = await door.signIn();
    for (const headers of [{}, { authorization: `Bearer ${'a'.repeat(43)}` }])
      expect((await knock(door.port, '/session', { method: 'DELETE', headers })).status).toBe(401);
    expect((await door.call(token, 'host/status')).status).toBe(200);
  });
});

describe('a stream', () => {
  test('is not kept by anybody, and ends on the host’s side when the page leaves', async () => {
    const door = await openDoor();
    const token = await door.signIn();
    const sent = request({
      host: '127.0.0.1',
      port: door.port,
      method: 'POST',
      path: '/rpc/desk/watch',
      headers: { ...json, authorization: `Bearer ${token}` },
    });
    sent.end('{}');
    const [response] = await once(sent, 'response');
    expect(response.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    await once(response, 'data');
    expect(door.streams()).toBe(1);
    sent.destroy();
    sent.on('error', () => undefined);
    await expect.poll(door.streams).toBe(0);
  });

  test('ends when the door stops, and a connection that was open gets no more answers', async () => {
    const door = await openDoor();
    const token = await door.signIn();
    const socket = connect(door.port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => undefined);
    const call = `POST /rpc/desk/watch HTTP/1.1\r\nhost: 127.0.0.1:${door.port}\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`;
    socket.write(call);
    await once(socket, 'data');
    expect(door.streams()).toBe(1);
    const closed = once(socket, 'close');
    socket.resume();
    await door.stop();
    await closed;
    await expect.poll(door.streams).toBe(0);
    await expect(knock(door.port, '/')).rejects.toThrow('ECONNREFUSED');
  });
});

/** Every kind of request that does something or shows something. */
const requests = [
  ['the page', 'GET', '/'],
  ['a file', 'GET', '/assets/index-abc123.js'],
  ['a sign-in', 'POST', '/session'],
  ['a call', 'POST', '/rpc/host/status'],
] as const;

describe.each(requests)('what another page of the same browser can send for %s is refused', (_, method, path) => {
  const knockWith = async (headers: (door: Door) => Record<string, string>) => {
    const door = await openDoor();
    const token = await door.signIn();
    const body = method === 'GET' ? undefined : path === '/session' ? `{"code":"${door.sessions.issueCode()}"}` : '{}';
    const answer = await knock(door.port, path, {
      method,
      ...(body === undefined ? {} : { body }),
      headers: { ...json, authorization: `Bearer ${token}`, ...headers(door) },
    });
    return { door, answer };
  };

  test('unless it is our own', async () => {
    const own = ({ url }: Door) => ({ origin: url, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' });
    expect((await knockWith(own)).answer.status).toBe(200);
    const byName = ({ port }: Door) => ({ host: `localhost:${port}`, origin: `http://localhost:${port}` });
    expect((await knockWith(byName)).answer.status).toBe(200);
    expect((await knockWith(() => ({}))).answer.status).toBe(200);
  });

  test.each([
    ['a name that was pointed here', 'evil.example:PORT'],
    ['another port', '127.0.0.1:1'],
    ['no port', '127.0.0.1'],
    ['a name that only begins like ours', 'localhost:PORT.evil.example'],
    ['another way to write loopback', '127.1:PORT'],
    ['IPv6', '[::1]:PORT'],
  ])('by its Host: %s', async (_name, host) => {
    const { door, answer } = await knockWith(({ port }) => ({ host: host.replace('PORT', `${port}`) }));
    expect(answer.status).toBe(421);
    expect(door.calls).toEqual([]);
  });

  test.each([
    ['another site', 'https://evil.example'],
    ['a sandboxed frame', 'null'],
    ['another port of this machine', 'http://127.0.0.1:1'],
    ['our other name', 'http://localhost:PORT'],
    ['the same over TLS', 'https://127.0.0.1:PORT'],
    ['nothing', ''],
  ])('by its Origin: %s', async (_name, origin) => {
    const { door, answer } = await knockWith(({ port }) => ({ origin: origin.replace('PORT', `${port}`) }));
    expect(answer.status).toBe(403);
    expect(door.calls).toEqual([]);
  });

  test.each(['cross-site', 'same-site', 'same-origin, cross-site', 'something new'])(
    'by its Sec-Fetch-Site: %s',
    async (site) => {
      const { door, answer } = await knockWith(() => ({ 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' }));
      expect(answer.status).toBe(403);
      expect(door.calls).toEqual([]);
    },
  );
});

test('a link on another site may lead to the page, and to nothing else', async () => {
  const { port } = await openDoor();
  const followed = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  expect((await knock(port, '/', { headers: followed })).status).toBe(200);
  expect((await knock(port, '/icon.svg', { headers: followed })).status).toBe(403);
  expect((await knock(port, '/', { method: 'POST', headers: followed })).status).toBe(403);
  expect((await knock(port, '/', { headers: { ...followed, 'sec-fetch-dest': 'iframe' } })).status).toBe(403);
});

describe('a call', () => {
  test.each([
    ['a form of another page', 'multipart/form-data; boundary=x'],
    ['an encoded form', 'application/x-www-form-urlencoded'],
    ['plain text', 'text/plain'],
    ['JSON with another charset', 'application/json; charset=utf-16'],
    ['JSON and something else', 'application/json, text/plain'],
  ])('is not made by %s', async (_, type) => {
    const door = await openDoor();
    const token = await door.signIn();
    const body = '--x\r\ncontent-disposition: form-data; name="data"\r\n\r\n{"json":{}}\r\n--x--\r\n';
    const answer = await door.call(token, 'host/status', { body, headers: { 'content-type': type } });
    expect(answer.status).toBe(415);
    expect(door.calls).toEqual([]);
  });

  test('is not made by GET, HEAD, PUT or OPTIONS, whatever the address says', async () => {
    const door = await openDoor();
    const token = await door.signIn();
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
      const answer = await knock(door.port, '/rpc/host/status?data={}', {
        method,
        headers: { ...json, authorization: `Bearer ${token}` },
      });
      expect([method, answer.status]).toEqual([method, 405]);
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    expect(door.calls).toEqual([]);
  });

  test('of more than a mebibyte is cut, whether it says so or not', async () => {
    const door = await openDoor();
    const token = await door.signIn();
    const body = JSON.stringify({ json: { text: 'a'.repeat(1024 * 1024) } });
    expect((await door.call(token, 'host/status', { body }).catch(() => ({ status: 413 }))).status).toBe(413);
    const unsaid = { 'transfer-encoding': 'chunked' };
    const cut = await door.call(token, 'host/status', { body, headers: unsaid }).catch(() => ({ status: 413 }));
    expect(cut.status).toBe(413);
    expect(door.calls).toEqual([]);
  });

  test('to nothing that is there is 404', async () => {
    const door = await openDoor();
    const token = await door.signIn();
    for (const path of ['nothing', '__proto__', 'constructor', 'host', 'host/status/more', ''])
      expect([path, (await door.call(token, path)).status]).toEqual([path, 404]);
  });
});

describe('the screens’ files', () => {
  test('come with their kind, and with what they may do stated on every answer', async () => {
    const { port } = await openDoor();
    const page = await knock(port, '/');
    expect(page).toMatchObject({ status: 200, body: '<!doctype html><title>Groat</title>' });
    expect(page.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    const script = await knock(port, '/assets/index-abc123.js?v=1');
    expect(script).toMatchObject({ status: 200, body: 'export {};' });
    expect(script.headers['cache-control']).toContain('immutable');
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    const head = await knock(port, '/icon.svg', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '', headers: { 'content-length': '6' } });
    for (const answer of [page, script, head, await knock(port, '/nothing'), await knock(port, '/rpc/x')]) {
      const policy = answer.headers['content-security-policy'] ?? '';
      expect(policy).toMatch(/^default-src 'none'; script-src 'self';/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': expect.stringContaining('camera=()'),
      });
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });

  test.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '/assets/..\\..\\secret.txt',
    '//secret.txt',
    '/link.txt',
    '/assets',
    '/assets/',
    '/assets/index-abc123.js.map',
    '/index.html/',
    '/%00index.html',
    'http://127.0.0.1/index.html',
  ])('lead to nothing else: %s', async (path) => {
    const { port } = await openDoor();
    const answer = await knock(port, path);
    expect(answer.status).toBe(404);
    expect(answer.body).not.toContain('the secret');
  });

  test('of a new build are there after the page was loaded anew', async () => {
    const folder = builtFolder();
    const { port } = await openDoor({ folder });
    await knock(port, '/');
    writeFileSync(join(folder, 'assets', 'new-1.js'), 'export {};');
    await knock(port, '/');
    expect((await knock(port, '/assets/new-1.js')).status).toBe(200);
  });

  test('that are not built are said to be missing', async () => {
    const { port } = await openDoor({ folder: join(tmpdir(), 'groat-nowhere') });
    const page = await knock(port, '/');
    expect(page.status).toBe(503);
    expect(page.body).toContain('npm run build');
    expect((await knock(port, '/assets/index-abc123.js')).status).toBe(404);
  });
});

describe('a whole host', () => {
  const signInTo = async ({ home, host }: TestHost) => {
    const control = connectControl(controlSocketPath(home, { XDG_RUNTIME_DIR: home }));
    onTestFinished(() => control.close());
    const { url } = await control.host.host.uiLink();
    const uiUrl = host.ready.uiUrl ?? '';
    expect(url.startsWith(`${uiUrl}/#code=`)).toBe(true);
    const answer = await exchange(Number(new URL(uiUrl).port), url.slice(`${uiUrl}/#code=`.length));
    const { token } = JSON.parse(answer.body);
    return { uiUrl, token, client: pageClient(uiUrl, token), withPin: (pin: string) => pageClient(uiUrl, token, pin) };
  };
  const refusal = (call: Promise<unknown>) =>
    call.then(
      () => 'done',
      (error: { data?: { code?: string }; code?: string }) => error.data?.code ?? error.code,
    );

  test('lets a browser look and pause, and asks for the PIN each time it resumes', async () => {
    const started = await startTestHost({ demo: false, ui: true });
    const { client, withPin } = await signInTo(started);
    await started.client.owner.setPin({ pin: 'correct horse' });
    expect((await client.host.status()).uiUrl).toBe(started.host.ready.uiUrl);
    await client.desk.pause();
    expect(await refusal(client.desk.resume({}))).toBe('owner-required');
    expect(await refusal(withPin('wrong horse').desk.resume({}))).toBe('pin-wrong');
    expect((await client.policy.show()).paused.all).toBe(true);
    expect(await refusal(withPin('correct horse').desk.resume({}))).toBe('done');
    expect((await client.policy.show()).paused.all).toBe(false);
    expect(await refusal(client.desk.resume({}))).toBe('owner-required');
  });

  test('locks the PIN after five wrong ones from a browser, the right one included', async () => {
    const started = await startTestHost({ demo: false, ui: true });
    const { client, withPin } = await signInTo(started);
    await started.client.owner.setPin({ pin: 'correct horse' });
    await client.desk.pause();
    for (let i = 0; i < 5; i++) await refusal(withPin(`wrong horse ${i}`).desk.resume({}));
    expect(await refusal(withPin('correct horse').desk.resume({}))).toBe('pin-locked');
    expect((await client.policy.show()).paused.all).toBe(true);
    expect(readFileSync(join(started.home, 'logs', 'groat.log'), 'utf8')).not.toContain('wrong horse');
  });

  test('gives a link to nobody but the owner’s terminal', async () => {
    const started = await startTestHost({ demo: false, ui: true });
    const { client } = await signInTo(started);
    expect(await refusal(client.host.uiLink())).toBe('FORBIDDEN');
    const inside = createRouterClient(started.host.router, { context: operatorInside });
    expect(await refusal(inside.host.uiLink())).toBe('FORBIDDEN');
  });

  test('without a browser’s door says so, and has no address for it', async () => {
    const started = await startTestHost({ demo: false });
    expect(started.host.ready.uiUrl).toBeNull();
    const control = connectControl(controlSocketPath(started.home, { XDG_RUNTIME_DIR: started.home }));
    onTestFinished(() => control.close());
    expect(await refusal(control.host.host.uiLink())).toBe('ui-absent');
  });

  test('that comes back at its port with the same sessions knows its browsers; their streams ended meanwhile', async () => {
    const sessions = createUiSessions({ clock: { now: () => 0, monotonic: () => 0 }, random: systemRandom });
    const home = freshHome();
    const first = await startTestHost({ home, demo: false, ui: { sessions } });
    const { client, token } = await signInTo(first);
    const events = await client.desk.watch();
    const over = (async () => {
      for await (const event of events) if (event.event === 'breaker') throw new Error('unasked');
    })().catch(() => undefined);
    await first.stop();
    await over;
    await expect(client.host.status()).rejects.toThrow();
    const uiPort = Number(new URL(first.host.ready.uiUrl ?? '').port);
    const second = await startTestHost({ home, demo: false, ui: { sessions }, uiPort });
    expect(await pageClient(second.host.ready.uiUrl ?? '', token).host.status()).toMatchObject({ ready: true });
    await second.stop();
    // The port of before may be anybody's by now, who hears the bearer; and a new process knows nobody.
    for (const ui of [{ sessions }, true]) {
      const stranger = await startTestHost({ home, demo: false, ui });
      expect(stranger.host.ready.uiUrl).not.toBe(first.host.ready.uiUrl);
      const lost = pageClient(stranger.host.ready.uiUrl ?? '', token).host.status();
      await expect(lost).rejects.toMatchObject({ status: 401 });
      await stranger.stop();
    }
  });

  test('lets no agent through its proxy to the browser’s door', async () => {
    const started = await startTestHost({ demo: false, ui: true });
    const { proxyUrl } = await started.client.agents.add({ agent: 'bot' });
    const answer = await throughProxy(proxyUrl, `${started.host.ready.uiUrl}/`);
    expect(answer.status).toBe(403);
    expect(answer.body.toString()).not.toContain('<!doctype html>');
  });

  test('writes neither codes nor bearers into its home', async () => {
    const started = await startTestHost({ demo: false, ui: true });
    const { token, client } = await signInTo(started);
    await client.host.status();
    await exchange(Number(new URL(started.host.ready.uiUrl ?? '').port), 'wrong-code-of-somebody');
    const log = readFileSync(join(started.home, 'logs', 'groat.log'), 'utf8');
    expect(log).toContain('a code that is not good');
    expect(log).not.toContain(token);
    expect(log).not.toContain('wrong-code-of-somebody');
  });
});
