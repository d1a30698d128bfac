import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectControl } from '../../src-main/base/control-client.ts';
import { listen } from '../../src-main/base/listen.ts';
import { networks } from '../../src-shared/model/index.ts';
import { type CliHome, cliHome, groat, groatJson, groatScript, type RunningCli, startGroat } from '../support/cli.ts';
import { throughProxy } from '../support/proxy-client.ts';
import { startScriptedSeller } from '../support/scripted-seller.ts';

const readyFields = ['address', 'demoUrl', 'home', 'mode', 'network', 'pid', 'proxyUrl', 'ready', 'rpcUrl', 'uiUrl'];
const base58 = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/;
const loopback = /^http:\/\/127\.0\.0\.1:\d+$/;
const decimal = /^\d+(\.\d+)?$/;
const fieldsOf = (value: object) => Object.keys(value).sort();

interface Ready {
  readonly pid: number;
  readonly proxyUrl: string;
  readonly rpcUrl: string;
  readonly demoUrl: string;
  readonly address: string;
}

async function startJson(home: CliHome, ...args: string[]): Promise<RunningCli & { readonly ready: Ready }> {
  const running = await startGroat(home, 'start', '--json', ...args);
  return { ...running, ready: JSON.parse(running.firstLine) };
}

async function stopCleanly({ child, ended }: RunningCli) {
  child.kill('SIGTERM');
  const ran = await ended;
  expect(ran).toMatchObject({ code: 0, signal: null });
  return ran;
}

/** Something else on a port of this machine, for as long as the test runs. */
async function occupy(port: number): Promise<number> {
  const server = createServer();
  onTestFinished(() => void server.close());
  return listen(server, port);
}

const linux = process.platform === 'linux';
/** On Linux the holder of a port is named. */
const holder = linux ? `node (process ${process.pid})` : 'another program';

describe('the contract for scripts', () => {
  test('of a running host: every command prints exactly its document, and nothing else on stdout', async () => {
    const home = cliHome();
    const running = await startJson(home, '--demo');
    const { ready } = running;
    expect(fieldsOf(ready)).toEqual(readyFields);
    expect(ready).toMatchObject({
      ready: true,
      pid: running.child.pid,
      proxyUrl: expect.stringMatching(loopback),
      rpcUrl: expect.stringMatching(loopback),
      mode: 'sandbox',
      network: networks.sandbox.caip2,
      address: expect.stringMatching(base58),
      home: home.home,
      demoUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/saying$/),
    });

    const added = await groatJson(home, 'agents', 'add', 'scripted');
    expect(added.code).toBe(0);
    expect(fieldsOf(added.json)).toEqual(['agent', 'proxyUrl']);
    expect(added.json.agent).toBe('scripted');
    const proxy = new URL(added.json.proxyUrl);
    expect(proxy.username).toBe('scripted');
    expect(proxy.password).toMatch(/^groat_[\w-]{32}$/);
    expect(`http://${proxy.host}`).toBe(ready.proxyUrl);

    expect((await throughProxy(added.json.proxyUrl, `${ready.demoUrl}?q=1`)).status).toBe(200);

    const history = await groatJson(home, 'history');
    expect(history.code).toBe(0);
    expect(history.json).toHaveLength(1);
    const [order] = history.json;
    expect(order).toMatchObject({
      id: expect.stringMatching(/^ord_[0-9a-z]+$/),
      agent: 'scripted',
      method: 'GET',
      url: ready.demoUrl,
      amount: '0.01',
      asset: 'USDC',
      payee: expect.stringMatching(base58),
      state: expect.stringMatching(/^(settled|delivering)$/),
      createdAt: expect.any(Number),
      updatedAt: expect.any(Number),
    });
    expect(fieldsOf(order)).toContain('signature');
    await expect
      .poll(async () => (await groatJson(home, 'tx', order.id)).json, { timeout: 20_000 })
      .toMatchObject({
        id: order.id,
        state: 'settled',
        signature: expect.stringMatching(/^[1-9A-HJ-NP-Za-km-z]{80,90}$/),
      });

    const status = await groatJson(home, 'status');
    expect(status.code).toBe(0);
    expect(fieldsOf(status.json)).toEqual(
      [
        ...readyFields,
        'balances',
        'unaccepted',
        'orders',
        'paused',
        'problem',
        'reserved',
        'spentToday',
        'waiting',
      ].sort(),
    );
    expect(status.json).toMatchObject({ ...ready, reserved: '0', spentToday: '0.01', orders: { settled: 1 } });
    expect(status.json.balances).toEqual([
      { asset: 'USDC', amount: '99.99' },
      { asset: 'SOL', amount: expect.stringMatching(decimal) },
    ]);

    const balance = await groatJson(home, 'balance');
    expect(balance.code).toBe(0);
    expect(balance.json).toEqual({ asset: 'USDC', available: '99.99', reserved: '0', onChain: '99.99' });

    const serve = await groatJson(home, 'serve', '--target', ready.demoUrl, '--price', '0.5', '--port', '0');
    expect(serve.code).toBe(0);
    expect(serve.json).toMatchObject({
      ready: true,
      gatewayUrl: expect.stringMatching(loopback),
      payTo: expect.stringMatching(base58),
    });
    expect(serve.json.payTo).not.toBe(ready.address);
    expect((await fetch(serve.json.gatewayUrl)).status).toBe(402);

    const funded = await groatJson(home, 'sandbox', 'fund', serve.json.payTo, '2.5');
    expect(funded.code).toBe(0);
    expect(funded.json).toEqual({
      address: serve.json.payTo,
      amount: '2.5',
      tokenAccount: expect.stringMatching(base58),
      signature: expect.stringMatching(/^[1-9A-HJ-NP-Za-km-z]{80,90}$/),
    });

    const doctor = await groatJson(home, 'doctor');
    expect(doctor.code).toBe(0);
    expect(doctor.json.ok).toBe(true);

    const list = await groatJson(home, 'agents', 'list');
    expect(list.json.map(({ agent }: { agent: string }) => agent).sort()).toEqual(['cli', 'demo', 'scripted']);
    expect((await groatJson(home, 'agents', 'revoke', 'scripted')).json).toEqual({ agent: 'scripted' });
    expect((await throughProxy(added.json.proxyUrl, ready.demoUrl)).status).toBe(407);

    const ran = await stopCleanly(running);
    expect(ran.stdout).toBe(`${running.firstLine}\n`);
  });

  test('without a running host: reading and adding work, and leave nothing running', async () => {
    const home = cliHome();
    expect((await groatJson(home, 'balance')).json).toEqual({
      asset: 'USDC',
      available: '100',
      reserved: '0',
      onChain: '100',
    });
    expect((await groatJson(home, 'history')).json).toEqual([]);
    expect((await groatJson(home, 'agents', 'add', 'offline')).json.agent).toBe('offline');
    const list = await groatJson(home, 'agents', 'list');
    expect(list.json.map(({ agent }: { agent: string }) => agent)).toContain('offline');
    expect((await groat(home, 'status')).code).toBe(1);
    expect(existsSync(join(home.home, 'host.json'))).toBe(false);
  });

  test('serve without a running host is one, until it is told to stop', async () => {
    const home = cliHome();
    const target = await listen(
      createServer((_, response) => void response.end('goods')).on('listening', function (this: { unref(): void }) {
        this.unref();
      }),
      0,
    );
    const running = await startGroat(
      home,
      'serve',
      '--target',
      `http://127.0.0.1:${target}`,
      '--price',
      '0.01',
      '--json',
    );
    const shop = JSON.parse(running.firstLine);
    expect(shop).toMatchObject({
      ready: true,
      gatewayUrl: expect.stringMatching(loopback),
      payTo: expect.stringMatching(base58),
    });
    expect((await fetch(shop.gatewayUrl)).status).toBe(402);
    expect((await groatJson(home, 'pay', shop.gatewayUrl)).json).toMatchObject({ httpStatus: 200, body: 'goods' });
    expect((await stopCleanly(running)).stdout).toBe(`${running.firstLine}\n`);
  });

  test('demo makes its ten requests, proves them, leaves nothing behind and exits 0', async () => {
    const temporary = mkdtempSync(join(tmpdir(), 'groat-demo-test-'));
    const home = cliHome({ TMPDIR: temporary });
    const demo = await groatJson(home, 'demo');
    expect(demo).toMatchObject({ code: 0, json: { ok: true } });
    expect(demo.json.requests).toHaveLength(10);
    expect(demo.json.requests.filter(({ status }: { status: number }) => status === 402)).toHaveLength(3);
    expect(demo.json.proof).toHaveLength(7);
    // Node's own cache of what it has compiled lies there too.
    expect(readdirSync(temporary).filter((name) => name !== 'node-compile-cache')).toEqual([]);
    expect(existsSync(join(home.home, 'sandbox')), 'the home is not touched').toBe(false);
  });
});

describe('exit codes, and what an error says', () => {
  const usage: readonly (readonly string[])[] = [
    ['nonsense'],
    ['agents'],
    ['agents', 'add'],
    ['start', '--proxy-port', '70000'],
    ['start', '--proxy-port', 'http'],
    ['start', '--no-such-flag'],
    ['history', '--limit', '0'],
    ['serve', '--price', '0.01'],
    ['serve', '--target', 'http://127.0.0.1:1', '--price', '-1'],
    ['serve', '--target', 'http://127.0.0.1:1', '--price', '1e3'],
    ['sandbox', 'fund', 'address', 'much'],
    ['tx'],
  ];
  test('2 for what was called wrongly, with a text, or one document with --json', async () => {
    const home = cliHome();
    for (const args of usage) {
      const [plain, { code, json }] = await Promise.all([groat(home, ...args), groatJson(home, ...args)]);
      expect(plain.code, args.join(' ')).toBe(2);
      expect(plain.stdout, args.join(' ')).toBe('');
      expect(plain.stderr.length, args.join(' ')).toBeGreaterThan(20);
      expect(code, args.join(' ')).toBe(2);
      expect(json).toEqual({ error: { code: 'usage', message: expect.any(String), next: 'See `groat help`.' } });
    }
    expect(existsSync(home.home), 'a wrong call makes nothing').toBe(false);
  });

  test('0 for help', async () => {
    const home = cliHome();
    for (const args of [['help'], ['--help'], ['help', 'start'], ['agents', '--help']]) {
      const ran = await groat(home, ...args);
      expect(ran.code).toBe(0);
      expect(ran.stdout).toContain('Usage: groat');
      expect(ran.stderr).toBe('');
    }
  });

  test('1 for what was refused or failed, with what happened and what to do next', async () => {
    const home = cliHome();
    const table: readonly (readonly [readonly string[], string, RegExp])[] = [
      [['status'], 'not-running', /No Groat is running on .*groat start/s],
      [['agents', 'revoke', 'nobody'], 'agent-unknown', /no agent called nobody.*groat agents/s],
      [['agents', 'add', 'Not A Name'], 'agent-name', /"Not A Name" cannot be an agent's name.*Use 1 to 40/s],
      [['tx', 'ord_none'], 'order-unknown', /no order ord_none.*groat history/s],
      [['sandbox', 'fund', 'elsewhere', '1'], 'address-invalid', /"elsewhere" is not a Solana address.*base58/s],
      [['pay', 'http://127.0.0.1:1/'], 'upstream-failed', /127\.0\.0\.1:1 could not be reached.*Check that it runs/s],
      [['pay', 'no-url'], 'bad_request', /url: .*groat help/s],
      [['serve', '--target', 'ftp://x', '--price', '1'], 'bad_request', /target: .*groat help/s],
    ];
    for (const [args, code, said] of table) {
      const failed = await groatJson(home, ...args);
      expect(failed.code, args.join(' ')).toBe(1);
      expect(failed.json, args.join(' ')).toEqual({
        error: { code, message: expect.any(String), next: expect.any(String) },
      });
      expect(`${failed.json.error.message} ${failed.json.error.next}`).toMatch(said);
    }
    const plain = await groat(home, 'status');
    expect(plain.stdout).toBe('');
    expect(plain.stderr).toMatch(/^error No Groat is running on .*\n {6}Start one with `groat start`\.\n$/);
  });

  test('1 for a setting that cannot be used, by its name', async () => {
    const failed = await groatJson(cliHome({ GROAT_NETWORK: 'moonnet' }), 'start');
    expect(failed).toMatchObject({ code: 1, json: { error: { code: 'config-invalid' } } });
    expect(failed.json.error.message).toContain('network');
    const mainnet = await groatJson(cliHome({ GROAT_NETWORK: 'mainnet' }), 'balance');
    expect(mainnet).toMatchObject({ code: 1, json: { error: { code: 'config-invalid' } } });
    expect(mainnet.json.error.message).toContain('only the sandbox serves an RPC; the network is mainnet');
  });
});

describe('pay', () => {
  test('tells the six steps; a price beyond the limit is refused with exit 1 and costs nothing', async () => {
    const home = cliHome();
    const running = await startJson(home, '--demo');
    const told = await groat(home, 'pay', running.ready.demoUrl);
    expect(told.code).toBe(0);
    expect(told.stderr).toBe('');
    const steps = [
      '1  ask',
      '2  answer    402',
      '3  offer     $0.01',
      '4  decision  granted',
      '5  pay',
      '6  answer    200',
    ];
    expect(told.stdout.split('\n').slice(0, 6)).toEqual(steps.map((step) => expect.stringContaining(step)));
    expect(told.stdout).toContain('"saying"');

    const paid = await groatJson(home, 'pay', running.ready.demoUrl);
    expect(paid).toMatchObject({
      code: 0,
      json: { httpStatus: 200, order: { state: 'settled', amount: '0.01', agent: 'cli' } },
    });
    expect(paid.json.steps.map(({ step }: { step: string }) => step)).toEqual([
      'request',
      'challenge',
      'offer',
      'decision',
      'submitted',
      'answer',
    ]);

    const dear = await groatJson(home, 'serve', '--target', running.ready.demoUrl, '--price', '11');
    const refused = await groatJson(home, 'pay', dear.json.gatewayUrl);
    expect(refused).toMatchObject({ code: 1, json: { httpStatus: 402, order: null } });
    expect(refused.json.steps).toContainEqual(
      expect.objectContaining({ step: 'decision', decision: 'denied', reason: 'over-payment-limit' }),
    );
    expect((await groat(home, 'pay', dear.json.gatewayUrl)).stdout).toContain('(over-payment-limit)');
    expect((await groatJson(home, 'balance')).json.available).toBe('99.98');
    await stopCleanly(running);
  });
});

describe('ports', () => {
  test('a default port that is taken gives way to a free one, and its holder and the flag are named', async () => {
    const home = cliHome({ GROAT_PROXY_PORT: '', GROAT_RPC_PORT: '' });
    // Another program may have them already: then it is that one which is named.
    const ours = await Promise.all(
      [14_020, 14_022].map((port) =>
        occupy(port).then(
          () => true,
          () => false,
        ),
      ),
    );
    const running = await startJson(home);
    const said = (await stopCleanly(running)).stderr;
    for (const [index, [port, flag]] of (
      [
        [14_020, '--proxy-port'],
        [14_022, '--rpc-port'],
      ] as const
    ).entries()) {
      const by = ours[index] === true ? holder : '';
      expect(said).toContain(`port ${port} is taken by ${by}`);
      expect(said).toMatch(
        new RegExp(`port ${port} is taken by .*using a free one instead \\(choose one with ${flag}\\)`),
      );
    }
    expect(running.ready.proxyUrl).not.toContain(':14020');
    expect(running.ready.rpcUrl).not.toContain(':14022');
  });

  test('a port that was asked for and is taken is refused with exit 1, and its holder and the flag are named', async () => {
    const taken = await occupy(0);
    for (const flag of ['--proxy-port', '--rpc-port']) {
      const home = cliHome();
      const failed = await groatJson(home, 'start', flag, String(taken));
      expect(failed).toMatchObject({ code: 1, json: { error: { code: 'port-taken' } } });
      expect(failed.json.error.message).toBe(`Port ${taken} is taken by ${holder}.`);
      expect(failed.json.error.next).toContain(flag);
      expect((await groatJson(home, 'balance')).code, 'nothing half-started stays behind').toBe(0);
    }
    const home = cliHome();
    const shop = await groatJson(
      home,
      'serve',
      '--target',
      'http://127.0.0.1:1',
      '--price',
      '1',
      '--port',
      String(taken),
    );
    expect(shop).toMatchObject({ code: 1, json: { error: { code: 'port-taken' } } });
  });

  test('a port that was asked for is the port', async () => {
    const probe = createServer();
    const free = await listen(probe, 0);
    probe.close();
    await once(probe, 'close');
    const running = await startJson(cliHome(), '--proxy-port', String(free));
    expect(running.ready.proxyUrl).toBe(`http://127.0.0.1:${free}`);
    await stopCleanly(running);
  });
});

describe('the life of a host', () => {
  test('a second one on the same home is refused and the first one named; the first goes on', async () => {
    const home = cliHome();
    const first = await startJson(home);
    const second = await groatJson(home, 'start');
    expect(second).toMatchObject({ code: 1, json: { error: { code: 'already-running' } } });
    expect(second.json.error.message).toContain(`process ${first.child.pid}`);
    expect((await groatJson(home, 'status')).json.pid).toBe(first.child.pid);
    await stopCleanly(first);
  });

  test('SIGTERM lets a request in flight finish, takes no new one, and exits 0', async () => {
    const home = cliHome();
    const running = await startJson(home);
    const { proxyUrl } = (await groatJson(home, 'agents', 'add', 'slow')).json;
    const asked = Promise.withResolvers<void>();
    const mayAnswer = Promise.withResolvers<void>();
    const origin = createServer((_, response) => {
      response.writeHead(200).write('first half, ');
      asked.resolve();
      void mayAnswer.promise.then(() => response.end('second half'));
    });
    onTestFinished(() => void origin.close());
    const url = `http://127.0.0.1:${await listen(origin, 0)}/`;
    const answer = throughProxy(proxyUrl, url);
    await asked.promise;
    running.child.kill('SIGTERM');
    await expect.poll(() => isOpen(Number(new URL(proxyUrl).port)), { timeout: 20_000, interval: 20 }).toBe(false);
    expect(running.child.exitCode).toBeNull();
    mayAnswer.resolve();
    expect(await answer).toMatchObject({ status: 200, body: 'first half, second half', complete: true });
    expect(await running.ended).toMatchObject({ code: 0, signal: null });
  });

  test('after kill -9 the next command and the next start find their way past what was left lying', async () => {
    const home = cliHome();
    const first = await startJson(home, '--demo');
    expect((await groatJson(home, 'pay', first.ready.demoUrl)).code).toBe(0);
    first.child.kill('SIGKILL');
    await first.ended;
    expect(existsSync(join(home.home, 'host.json')), 'the stale announcement is there').toBe(true);
    expect((await groatJson(home, 'status')).json.error.code).toBe('not-running');
    expect((await groatJson(home, 'balance')).json).toMatchObject({ available: '99.99', onChain: '99.99' });

    const again = await startJson(home, '--demo');
    expect(again.ready.address).toBe(first.ready.address);
    again.child.kill('SIGKILL');
    await again.ended;
    const third = await startJson(home);
    const status = (await groatJson(home, 'status')).json;
    expect(status).toMatchObject({ pid: third.child.pid, orders: { settled: 1 }, demoUrl: null });
    await stopCleanly(third);
  });

  test('start --demo prints a line that pays, and at the next start a new credential in place of the old one', async () => {
    const home = cliHome();
    const credential =
      /curl --noproxy '' -x (http:\/\/demo:groat_[\w-]{32}@127\.0\.0\.1:\d+) (http:\/\/127\.0\.0\.1:\d+\/saying)/;
    const printed = async (): Promise<{ running: RunningCli; proxyUrl: string; demoUrl: string; line: string }> => {
      const running = await startGroat(home, 'start', '--demo');
      const rest = await running.until(credential);
      const [line = '', proxyUrl = '', demoUrl = ''] = credential.exec(rest) ?? [];
      return { running, proxyUrl, demoUrl, line };
    };
    const first = await printed();
    if (existsSync('/usr/bin/curl')) expect(await shell(first.line)).toContain('"saying"');
    else expect((await throughProxy(first.proxyUrl, first.demoUrl)).status).toBe(200);
    await stopCleanly(first.running);
    const second = await printed();
    expect((await throughProxy(second.proxyUrl, second.demoUrl)).status).toBe(200);
    const old = new URL(first.proxyUrl);
    old.port = new URL(second.proxyUrl).port;
    expect((await throughProxy(old.href, second.demoUrl)).status).toBe(407);
    await stopCleanly(second.running);
    expect((await groatJson(home, 'balance')).json.available).toBe('99.98');
  });
});

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function shell(line: string): Promise<string> {
  const child = spawn('sh', ['-c', line], { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  await once(child, 'close');
  return said;
}

describe('what a person sees', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
  const escapeCode = /\u001b/;

  test('carries no escape codes where it is not a terminal', async () => {
    const home = cliHome();
    const running = await startGroat(home, 'start', '--demo');
    const commands = [
      ['status'],
      ['history'],
      ['agents', 'list'],
      ['balance'],
      ['doctor'],
      ['help'],
      ['tx', 'none'],
      ['nonsense'],
    ];
    for (const args of commands) {
      const { stdout, stderr } = await groat(home, ...args);
      expect(stdout + stderr, args.join(' ')).not.toMatch(escapeCode);
    }
    const { stdout, stderr } = await stopCleanly(running);
    expect(stdout + stderr).not.toMatch(escapeCode);
  });

  test.skipIf(!existsSync('/usr/bin/script'))('is coloured on a terminal, unless NO_COLOR says no', async () => {
    const onTerminal = async (home: CliHome) => {
      const command = `${process.execPath} ${groatScript} doctor`;
      const child = spawn('script', ['-qec', command, '/dev/null'], {
        env: { TERM: 'xterm', ...home.env },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8');
      });
      await once(child, 'close');
      expect(said).toContain('tunnelled');
      return said;
    };
    expect(await onTerminal(cliHome())).toMatch(escapeCode);
    expect(await onTerminal(cliHome({ NO_COLOR: '1' }))).not.toMatch(escapeCode);
  });
});

describe('what lies in the home', () => {
  test('can be read by the owner alone, while it runs and after, and nothing secret is in the log', async () => {
    const home = cliHome({ GROAT_LOG_LEVEL: 'debug' });
    const running = await startJson(home, '--demo');
    const { proxyUrl } = (await groatJson(home, 'agents', 'add', 'buyer')).json;
    const control = connectControl(JSON.parse(readFileSync(join(home.home, 'host.json'), 'utf8')).control);
    const payments: string[] = [];
    const seller = await startScriptedSeller(
      { client: control.host, rpcUrl: running.ready.rpcUrl },
      async ({ request, response, settle }) => {
        payments.push(String(request.headers['payment-signature']));
        if (payments.length === 1) await settle();
        response.writeHead(payments.length === 1 ? 200 : 500).end();
      },
    );
    expect((await throughProxy(proxyUrl, seller.url)).status).toBe(200);
    expect((await throughProxy(proxyUrl, seller.url)).status).toBe(500);
    expect((await throughProxy(proxyUrl, 'http://127.0.0.1:1/')).status).toBe(502);
    expect((await throughProxy(proxyUrl.replace('buyer:groat_', 'buyer:groat_wrong'), seller.url)).status).toBe(407);
    await groat(home, 'pay', 'http://127.0.0.1:1/');
    await groat(home, 'agents', 'revoke', 'buyer');
    await control.close();
    if (linux) expect(modesOf(home.home)).toEqual([]);
    await stopCleanly(running);
    if (linux) expect(modesOf(home.home)).toEqual([]);

    const token = new URL(proxyUrl).password;
    const payloads = payments.map(
      (payment) => JSON.parse(Buffer.from(payment, 'base64').toString('utf8')).payload.transaction,
    );
    const key = readFileSync(join(home.home, 'sandbox', 'sandbox.key'));
    const secrets = [
      token,
      Buffer.from(`buyer:${token}`).toString('base64'),
      ...payments,
      ...payloads,
      key.toString('base64').replace(/=+$/, ''),
      key.toString('hex'),
    ];
    expect(payments).toHaveLength(2);
    const logs = readdirSync(join(home.home, 'logs')).map((name) =>
      readFileSync(join(home.home, 'logs', name), 'utf8'),
    );
    expect(logs.join('\n')).toContain('Groat is ready');
    for (const log of logs) for (const secret of secrets) expect(log).not.toContain(secret);
    for (const line of logs.join('').trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('event');
  });
});

/** Everything below a folder, itself too, that somebody else could read. */
function modesOf(folder: string): string[] {
  const names = ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })];
  return names.flatMap((name) => {
    const { mode } = lstatSync(join(folder, name));
    return (mode & 0o077) === 0 ? [] : [`${name} ${(mode & 0o777).toString(8)}`];
  });
}

test('an older Node is told so with exit 1, before anything native is loaded', async () => {
  const { env } = cliHome();
  const older = `data:text/javascript,
    Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.11.0' } });
    process.dlopen = () => { process.stdout.write('native'); };`;
  const run = async (...options: string[]) => {
    const child = spawn(process.execPath, [...options, groatScript, 'balance'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8');
      });
    }
    const [code] = await once(child, 'close');
    return { code, said };
  };
  const { code, said } = await run('--import', older);
  expect(code).toBe(1);
  expect(said).toMatch(/^Groat needs Node 24 or later and this is Node 22\.11\.0\.\nStart it through npm .*\n$/);
  // The look-out for native code does see it where the version is right.
  expect((await run('--import', older.replace('22.11.0', '24.0.0'))).said).toContain('native');
});
