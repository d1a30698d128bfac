import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectControl } from '../../../src-main/base/control-client.ts';
import { listen } from '../../../src-main/base/listen.ts';
import { type CallContext, operatorInside, readWhereabouts } from '../../../src-main/host/index.ts';
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
