import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { connectControl } from '../../../src-main/base/control-client.ts';
import { listen } from '../../../src-main/base/listen.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { type CallContext, createUiSessions, operatorInside, readWhereabouts } from '../../../src-main/host/index.ts';
import type { SettingsChange } from '../../../src-shared/contract/index.ts';
import { throughProxy } from '../../support/proxy-client.ts';
import { startRunning } from '../../support/running-host.ts';
import { ownerInside, startTestHost } from '../../support/test-host.ts';

const fileOf = (home: string) => readFileSync(join(home, 'groat.json'), 'utf8');
const refused = (code: string) => ({ data: { code } });
/** Nobody listens there: Groat runs all the same, and asks again and again. */
const deadRpc = ['http://127.0.0.1:9/?api-key=s3cret-endpoint-key'];
/** As the app's own window is on the sandbox. */
const window: CallContext = { rank: 'owner', pinProven: false, door: 'window' };

async function takenPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, 0);
  onTestFinished(() => void server.close());
  return port;
}

describe('a change of settings', () => {
  test('is answered, then in force: same home, same doors, same credentials, other keys of groat.json kept', async () => {
    const run = await startRunning({ file: { rpcPort: 0, logLevel: 'debug' }, demo: true });
    const { proxyUrl, demoUrl } = run.host().ready;
    const credential = run.host().demoProxyUrl ?? '';
    const { control = '' } = readWhereabouts(run.home) ?? {};
    const outside = connectControl(control);
    onTestFinished(() => outside.close());
    expect(await run.client().settings.show()).toMatchObject({
      network: 'sandbox',
      proxyPort: 0,
      rpcPort: 0,
      uiPort: null,
      rpcUrls: [],
      held: ['proxyPort'],
      home: run.home,
      shell: 'headless',
      problem: null,
    });
    const uiPort = 14_099;
    const next = await run.restarted(async () => {
      expect(await run.client(window).settings.change({ uiPort })).toEqual({ restarting: true });
    });
    expect(JSON.parse(fileOf(run.home))).toEqual({ rpcPort: 0, logLevel: 'debug', uiPort });
    expect(next.ready).toMatchObject({ proxyUrl });
    expect(next.demoProxyUrl).toBeNull();
    expect(await outside.host.settings.show()).toMatchObject({ uiPort, problem: null });
    expect((await throughProxy(credential, next.ready.demoUrl ?? demoUrl ?? '')).status).toBe(200);
    const [entry] = await run.client().log.recent({ kind: 'settings' });
    expect(entry).toMatchObject({ data: { author: 'owner', door: 'window', after: { uiPort } } });
    expect(await run.client().log.verify()).toMatchObject({ ok: true });
  });

  test('that Groat does not start with is taken back to the letter, and said; the next good one clears it', async () => {
    const run = await startRunning();
    const before = fileOf(run.home);
    const { proxyUrl } = run.host().ready;
    const rpcPort = await takenPort();
    const next = await run.restarted(() => run.owner().settings.change({ rpcPort }));
    expect(fileOf(run.home)).toBe(before);
    expect(next.ready.proxyUrl).toBe(proxyUrl);
    const { problem, rpcPort: shown } = await run.client().settings.show();
    expect(shown).toBe(0);
    expect(problem).toContain(`Port ${rpcPort} is taken by`);
    await run.restarted(() => run.owner().settings.change({ uiPort: 0 }));
    expect(await run.client().settings.show()).toMatchObject({ uiPort: 0, problem: null });
  });

  test('that contradicts something, or that a flag or variable holds, is refused before anything is written', async () => {
    const run = await startRunning({ env: { GROAT_UI_PORT: '0' } });
    const [before, host] = [fileOf(run.home), run.host()];
    for (const change of [{ proxyPort: 1 }, { uiPort: 1 }]) {
      await expect(run.owner().settings.change(change)).rejects.toMatchObject({
        data: { code: 'config-invalid', what: expect.stringMatching(/--proxy-port holds it|GROAT_UI_PORT holds it/) },
      });
    }
    for (const change of [{ rpcUrls: deadRpc }, { network: 'devnet', rpcPort: 1 }] as const)
      await expect(run.owner().settings.change(change)).rejects.toMatchObject(refused('config-invalid'));
    expect(fileOf(run.home)).toBe(before);
    expect(run.host()).toBe(host);
    expect(await run.client().log.recent({ kind: 'settings' })).toEqual([]);
  });

  test('waits for the one before it: the second of two at once is refused', async () => {
    const run = await startRunning();
    await run.restarted(async () => {
      const outcomes = await Promise.allSettled([1, 2].map(() => run.owner().settings.change({ uiPort: 0 })));
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    });
  });

  test('of a host that lives for one command is refused: nobody would start it anew', async () => {
    const { host } = await startTestHost({ demo: false });
    const owner = createRouterClient(host.router, { context: ownerInside });
    await expect(owner.settings.change({ uiPort: 1 })).rejects.toMatchObject({
      data: { what: expect.stringContaining('started for one command') },
    });
  });
});

describe('endpoints', () => {
  test('that the owner names are accepted with the change; what a file says later waits for the owner', async () => {
    const run = await startRunning();
    await run.restarted(() => run.owner().settings.change({ network: 'devnet', rpcUrls: deadRpc }));
    expect(await run.client().host.status()).toMatchObject({ mode: 'devnet', problem: null });
    await run.restarted(() => run.owner().settings.change({ rpcUrls: ['http://127.0.0.1:10', ...deadRpc] }));
    expect((await run.client().host.status()).problem).toBeNull();
    writeFileSync(
      join(run.home, 'groat.json'),
      JSON.stringify({ network: 'devnet', rpcUrls: ['http://127.0.0.1:11'] }),
    );
    await run.restarted(() => run.running.restart());
    expect((await run.client().host.status()).problem).toContain('rpcUrls is not what the owner accepted');
  });

  test('of a change that was taken back leave those of before accepted', async () => {
    let starts = 0;
    const run = await startRunning({
      file: { network: 'devnet', rpcUrls: deadRpc },
      // The second start comes as far as the books, and fails after them.
      surroundings: () => {
        starts += 1;
        return starts === 2 ? { env: { XDG_RUNTIME_DIR: '/dev/null' } } : {};
      },
    });
    await run.restarted(() => run.owner().settings.change({ rpcUrls: ['http://127.0.0.1:10'] }));
    expect(starts).toBe(3);
    const { problem, rpcUrls } = await run.client().settings.show();
    expect(problem).toContain('taken back');
    expect(rpcUrls).toEqual(deadRpc);
    expect((await run.client().host.status()).problem).toBeNull();
  });

  test('are on record without the keys that providers put into them', async () => {
    const run = await startRunning();
    await run.restarted(() => run.owner().settings.change({ network: 'devnet', rpcUrls: deadRpc }));
    const ofDevnet = await run.client().log.recent({ limit: 1000 });
    await run.restarted(() => run.owner().settings.change({ network: 'sandbox' }));
    const ofSandbox = await run.client().log.recent({ limit: 1000 });
    for (const entries of [ofDevnet, ofSandbox]) {
      expect(JSON.stringify(entries)).toContain('http://127.0.0.1:9');
      expect(JSON.stringify(entries)).not.toContain('s3cret');
    }
  });
});

describe('a yes to one change', () => {
  const evil = ['http://127.0.0.1:11'];
  const write = (home: string, values: object) => writeFileSync(join(home, 'groat.json'), JSON.stringify(values));

  test.each([
    ['network and endpoints', { network: 'mainnet', rpcUrls: evil }, 'network, rpcUrls'],
    ['origins', { rpcPort: 0, httpOrigins: ['http://10.0.0.1'] }, 'httpOrigins'],
    ['the sealing', { rpcPort: 0, sealing: 'keyfile' }, 'sealing'],
  ])('is none to %s that somebody else wrote into groat.json', async (_, values, named) => {
    const run = await startRunning();
    write(run.home, values);
    const host = run.host();
    for (const context of [window, ownerInside])
      await expect(run.client(context).settings.change({ uiPort: 0 })).rejects.toMatchObject({
        data: { code: expect.stringMatching(/config-invalid|owner-required/) },
      });
    await expect(run.owner().settings.change({ uiPort: 0 })).rejects.toMatchObject({
      data: { code: 'config-invalid', what: expect.stringContaining(`somebody else changed ${named}`) },
    });
    expect(JSON.parse(fileOf(run.home))).toEqual(values);
    expect(run.host()).toBe(host);
    expect(await run.client().log.recent({ kind: 'settings' })).toEqual([]);
  });

  test('with the PIN on mainnet is none to endpoints in the file', async () => {
    const run = await startRunning({ file: { network: 'mainnet', rpcUrls: deadRpc } });
    await run.client().owner.setPin({ pin: 'correct horse' });
    await run.owner().desk.resume({ acceptBooks: true, accept: { rpcUrls: deadRpc, httpOrigins: [] } });
    write(run.home, { network: 'mainnet', rpcUrls: evil });
    await expect(run.owner().settings.change({ uiPort: 0 })).rejects.toMatchObject(refused('config-invalid'));
    expect((await run.client().settings.show()).rpcUrls).toEqual(deadRpc);
  });

  test('is in force as it was given, whatever is written to groat.json before Groat has restarted', async () => {
    const run = await startRunning();
    const next = await run.restarted(async () => {
      await run.owner().settings.change({ network: 'devnet', rpcUrls: deadRpc });
      write(run.home, { network: 'mainnet', rpcUrls: evil });
    });
    expect(next.ready.mode).toBe('devnet');
    expect((await run.client().settings.show()).rpcUrls).toEqual(deadRpc);
  });

  test('to another network is none to the endpoints that a variable has for it', async () => {
    const run = await startRunning({ file: { network: 'devnet' }, env: { GROAT_RPC_URLS: evil[0] ?? '' } });
    expect((await run.client().host.status()).problem).toBeNull();
    await run.restarted(() => run.owner().settings.change({ network: 'mainnet' }));
    expect(await run.client().host.status()).toMatchObject({
      mode: 'mainnet',
      problem: expect.stringContaining('rpcUrls is not what the owner accepted'),
      unaccepted: { rpcUrls: evil, httpOrigins: [] },
    });
  });

  test('is on record with all that becomes different', async () => {
    const run = await startRunning({ file: { network: 'devnet', rpcUrls: deadRpc } });
    await run.restarted(() => run.owner().settings.change({ uiPort: 0, network: 'sandbox', rpcPort: 0 }));
    const entries = JSON.parse(JSON.stringify(await readDevnetSettings(run)));
    expect(entries).toEqual([{ network: 'sandbox', rpcPort: 0, uiPort: 0, rpcUrls: [] }]);
  });

  async function readDevnetSettings(run: Awaited<ReturnType<typeof startRunning>>): Promise<readonly unknown[]> {
    await run.restarted(() => run.owner().settings.change({ network: 'devnet', rpcUrls: deadRpc }));
    const entries = await run.client().log.recent({ kind: 'settings' });
    return entries.map(({ data }) => data['after']);
  }

  test.each([
    ['http://127.0.0.1:9', true],
    ['http://localhost:9', true],
    ['http://[::1]:9', true],
    ['https://127.0.0.1.example.test', true],
    ['http://127.0.0.1.example.test', false],
    ['http://localhost.example.test', false],
    ['http://10.0.0.1', false],
    ['http://rpc.example.test', false],
  ])('to the endpoint %s: %s (plain http is for this machine alone)', async (url, good) => {
    const run = await startRunning();
    const change = () => run.owner().settings.change({ network: 'devnet', rpcUrls: ['http://127.0.0.1:9', url] });
    if (good) await run.restarted(change);
    else
      await expect(change()).rejects.toMatchObject({
        data: { code: 'config-invalid', what: expect.stringContaining('needs https') },
      });
  });
});

describe('books that are accepted', () => {
  const first = { rpcUrls: deadRpc, httpOrigins: [] };

  test('bring no endpoint or origin with them that was not named', async () => {
    const run = await startRunning({ file: { network: 'mainnet', ...first, httpOrigins: ['http://10.0.0.1'] } });
    const inForce = { rpcUrls: deadRpc, httpOrigins: ['http://10.0.0.1'] };
    expect((await run.client().host.status()).unaccepted).toEqual(inForce);
    for (const accept of [
      undefined,
      first,
      { ...inForce, rpcUrls: [] },
      { ...inForce, httpOrigins: ['http://10.0.0.2'] },
      { ...inForce, httpOrigins: ['http://10.0.0.1', 'http://10.0.0.2'] },
    ]) {
      const seen = accept === undefined ? {} : { accept };
      await expect(run.owner().desk.resume({ acceptBooks: true, ...seen })).rejects.toMatchObject({
        data: { code: 'config-invalid', what: expect.stringContaining('not what you have seen') },
      });
    }
    expect(await run.client().host.status()).toMatchObject({ unaccepted: inForce });
    expect(await run.owner().desk.resume({ acceptBooks: true, accept: inForce })).toMatchObject({ problem: null });
    expect(await run.client().host.status()).toMatchObject({ problem: null, unaccepted: null });
    await run.restarted(() => run.running.restart());
    expect(await run.client().host.status()).toMatchObject({ problem: null, unaccepted: null });
  });

  test('tell of the endpoints too when something else was wrong with them already', async () => {
    const run = await startRunning({ file: { network: 'devnet', rpcUrls: deadRpc } });
    const db = new Database(join(run.home, 'devnet', 'groat.db'));
    db.prepare("INSERT INTO meta VALUES ('x', 'y')").run();
    db.close();
    // Groat looks for such a write whenever it decides.
    const handOn = run.client().agents.delegate({ from: 'cli', agent: 'bot' });
    await expect(handOn).rejects.toMatchObject({ data: { what: expect.stringContaining('books-suspect') } });
    const rpcUrls = ['http://127.0.0.1:11'];
    writeFileSync(join(run.home, 'groat.json'), JSON.stringify({ network: 'devnet', rpcUrls }));
    await run.restarted(() => run.running.restart());
    const { problem, unaccepted } = await run.client().host.status();
    expect(problem).toMatch(/another program .*; the setting rpcUrls is not what the owner accepted/);
    expect(unaccepted).toEqual({ rpcUrls, httpOrigins: [] });
    await expect(run.owner().desk.resume({ acceptBooks: true })).rejects.toMatchObject(refused('config-invalid'));
    const resumed = await run.owner().desk.resume({ acceptBooks: true, accept: { rpcUrls, httpOrigins: [] } });
    expect(resumed.problem).toBeNull();
  });

  test('an endpoint that is named twice in place of two does not agree with itself unasked', async () => {
    const two = ['http://127.0.0.1:9', 'http://127.0.0.1:10'];
    const run = await startRunning({ file: { network: 'devnet', rpcUrls: two } });
    const twice = JSON.stringify({ network: 'devnet', rpcUrls: [two[1], two[1]] });
    writeFileSync(join(run.home, 'groat.json'), twice);
    await run.restarted(() => run.running.restart());
    expect((await run.client().host.status()).problem).toContain('rpcUrls is not what the owner accepted');
  });
});

describe('a page in a browser, when Groat restarts', () => {
  async function withPage() {
    const sessions = createUiSessions({ clock: systemClock, random: systemRandom });
    const run = await startRunning({ ui: { sessions } });
    const opened = sessions.exchange(sessions.issueCode());
    if (opened.kind !== 'opened') throw new Error('no session');
    const knows = () => sessions.use(opened.token) !== null;
    return { run, sessions, knows, port: Number(new URL(run.host().ready.uiUrl ?? '').port) };
  }

  test('keeps its session at its port', async () => {
    const { run, knows, port } = await withPage();
    const next = await run.restarted(() => run.owner().settings.change({ rpcPort: 0 }));
    expect(next.ready.uiUrl).toBe(`http://127.0.0.1:${port}`);
    expect(knows()).toBe(true);
  });

  test('whose port another program took has none before anything of ours listens, and the owner reads why', async () => {
    const { run, sessions, knows, port } = await withPage();
    const link = sessions.issueCode();
    const before = fileOf(run.home);
    const thief = createServer();
    onTestFinished(() => void thief.close());
    const stolen = Promise.withResolvers<void>();
    const take = () => {
      thief.once('error', () => setTimeout(take, 1));
      thief.listen({ port, host: '127.0.0.1', exclusive: true });
    };
    thief.once('listening', stolen.resolve);
    take();
    const next = await run.restarted(() => run.owner().settings.change({ rpcPort: 0 }));
    await stolen.promise;
    expect(next.ready.uiUrl).not.toBe(`http://127.0.0.1:${port}`);
    expect(knows()).toBe(false);
    expect(sessions.exchange(link).kind).toBe('refused');
    expect((await run.client().settings.show()).problem).toContain(`Port ${port} is taken by`);
    expect(fileOf(run.home)).toBe(before);
  });

  test('has none at another port that the owner chose: whoever has the old one now hears its bearer', async () => {
    const { run, knows } = await withPage();
    await run.restarted(() => run.owner().settings.change({ uiPort: 14_098 }));
    expect(knows()).toBe(false);
  });
});

describe('a restart', () => {
  test('that is overtaken by the end ends cleanly, and nothing runs after it', async () => {
    const run = await startRunning();
    const restarting = run.running.restart();
    await run.running.stop(500);
    await restarting;
    await run.running.ended;
    expect(run.running.current()).toBeNull();
    expect(readWhereabouts(run.home)).toBeNull();
    await run.running.stop(500);
  });

  test('that is overtaken while the next host starts ends cleanly too', async () => {
    const reached = Promise.withResolvers<void>();
    let starts = 0;
    const run = await startRunning({
      surroundings: () => {
        starts += 1;
        if (starts === 2) reached.resolve();
        return {};
      },
    });
    const restarting = run.running.restart();
    await reached.promise;
    await run.running.stop(500);
    await restarting;
    await run.running.ended;
    expect(run.running.current()).toBeNull();
    expect(readWhereabouts(run.home)).toBeNull();
  });

  test('after which neither the new nor the old settings start is the visible end', async () => {
    let starts = 0;
    const run = await startRunning({
      surroundings: () => {
        starts += 1;
        if (starts > 1) throw new Error('nothing starts any more');
        return {};
      },
    });
    const told: unknown[] = [];
    run.running.onChanged((host) => void told.push(host));
    await expect(run.running.restart()).rejects.toThrow('nothing starts any more');
    await expect(run.running.ended).rejects.toThrow('nothing starts any more');
    expect(run.running.current()).toBeNull();
    expect(told).toEqual([null]);
    expect(readdirSync(run.home)).not.toContain('host.json');
  });

  test('that the host of before never ends for is the visible end, not a wait for ever', async () => {
    const forever = new Promise<never>(() => undefined);
    const run = await startRunning({ stopWithinMs: 50 });
    const host = run.host();
    onTestFinished(() => host.stop(100));
    const hanging = vi.spyOn(host, 'stop').mockReturnValue(forever);
    onTestFinished(() => hanging.mockRestore());
    await expect(run.running.restart()).rejects.toThrow('did not stop within');
    await expect(run.running.ended).rejects.toThrow('did not stop within');
    expect(run.running.current()).toBeNull();
    await run.running.stop(10);
  });

  test('with a groat.json that somebody broke goes on as before, and leaves that file alone', async () => {
    const run = await startRunning();
    writeFileSync(join(run.home, 'groat.json'), '{');
    await run.restarted(() => run.running.restart());
    expect((await run.client().settings.show()).problem).toContain('groat.json');
    expect(fileOf(run.home)).toBe('{');
  });
});

describe('real money', () => {
  test('is chosen with the PIN alone, whatever door the owner came through', async () => {
    const run = await startRunning();
    const before = fileOf(run.home);
    for (const door of ['control', 'browser', 'window', 'inside'] as const) {
      const context = { ...window, door };
      const outcome = run.client(context).settings.change({ network: 'mainnet' });
      await expect(outcome, door).rejects.toMatchObject(refused('owner-required'));
    }
    const operator = run.client(operatorInside).settings.change({ uiPort: 1 });
    await expect(operator).rejects.toMatchObject(refused('owner-required'));
    expect(fileOf(run.home)).toBe(before);
  });

  test('off the sandbox every change asks for the PIN, also the way back', async () => {
    const run = await startRunning({ file: { network: 'devnet', rpcUrls: deadRpc } });
    const changes: readonly SettingsChange[] = [{ uiPort: 1 }, { rpcUrls: [] }, { network: 'sandbox' }];
    for (const change of changes)
      await expect(run.client(window).settings.change(change)).rejects.toMatchObject(refused('owner-required'));
    const next = await run.restarted(() => run.owner().settings.change({ network: 'sandbox' }));
    expect(next.ready.mode).toBe('sandbox');
    expect(JSON.parse(fileOf(run.home))).toEqual({ network: 'sandbox' });
  });
});
