import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from '../../src-main/base/listen.ts';
import { type CliHome, cliHome, groat, groatJson, groatScript, startGroat, theOneDocument } from '../support/cli.ts';
import { startApi } from '../support/selling.ts';

const pin = 'correct horse';
const secret = 'sk-owner-0123456789abcdef';

/** A running host, and the same home with the owner's PIN. */
async function started(): Promise<{ readonly home: CliHome; readonly owner: CliHome }> {
  const home = cliHome();
  await startGroat(home, 'start', '--json');
  const pinFile = join(home.home, 'pin');
  writeFileSync(pinFile, pin, { mode: 0o600 });
  const owner = { ...home, env: { ...home.env, GROAT_PIN_FILE: pinFile } };
  expect((await groat(owner, 'owner', 'set-pin')).code).toBe(0);
  return { home, owner };
}

/** As `groat … --json` with something on stdin. */
async function withInput({ env }: CliHome, input: string, ...args: string[]) {
  const child = spawn(process.execPath, [groatScript, ...args, '--json'], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  return { code, stderr, json: theOneDocument(stdout) };
}

test('packages are listed, bought, used, looked at, renewed by rule and thrown away', async () => {
  const { home, owner } = await started();
  const target = await startApi();
  const { gatewayUrl } = (
    await groatJson(home, 'serve', '--target', target, '--price', '0.01', '--name', 'a', '--prepaid')
  ).json;

  const offer = await groatJson(home, 'prepaid', 'packages', gatewayUrl);
  expect(offer).toMatchObject({ code: 0, json: { origin: gatewayUrl, perCall: '0.01' } });
  const [cheapest] = offer.json.packages;
  const { id, price, calls } = cheapest;
  expect((await groat(home, 'prepaid', 'packages', gatewayUrl)).stdout).toContain(`$${price}`);

  const dear = await groatJson(home, 'prepaid', 'buy', gatewayUrl, id, '--up-to', '0.000001');
  expect(dear).toMatchObject({ code: 1, json: { outcome: 'refused', reason: 'over-payment-limit' } });
  expect((await groatJson(home, 'prepaid', 'buy', gatewayUrl, 'none')).json.error.code).toBe('prepaid-invalid');
  const bought = await groatJson(home, 'prepaid', 'buy', gatewayUrl, id, '--up-to', price);
  expect(bought).toMatchObject({ code: 0, json: { outcome: 'bought', credit: { remaining: calls, price } } });
  const credit = bought.json.credit.id;

  const paid = await groatJson(home, 'pay', `${gatewayUrl}/x`);
  expect(paid).toMatchObject({ code: 0, json: { httpStatus: 200 } });
  const status = await groatJson(home, 'prepaid', 'status');
  expect(status.json).toMatchObject({ credits: [{ id: credit, remaining: calls - 1 }], totalRemaining: calls - 1 });
  expect((await groat(home, 'prepaid', 'status')).stdout).toContain(`${calls - 1}/${calls}`);
  expect((await groatJson(home, 'prepaid', 'pending')).json).toEqual([]);
  expect((await groatJson(home, 'prepaid', 'recover')).json).toEqual([]);
  expect((await groatJson(home, 'prepaid', 'purge')).json).toEqual({ removed: 0 });

  const rule = ['prepaid', 'renew', credit, '--below', '10', '--up-to', '2'];
  expect((await groatJson(home, ...rule)).json.error.code).toBe('owner-required');
  expect((await groatJson(owner, ...rule)).json).toMatchObject({ renewal: { below: 10, upTo: '2' } });
  expect((await groatJson(owner, 'prepaid', 'renew', credit, '--off')).json).toMatchObject({ renewal: null });
  expect((await groat(owner, 'prepaid', 'renew', credit, '--off', '--below', '3')).code).not.toBe(0);
});

test('an owner’s API key comes from stdin, is used for its origin, and is never said again', async () => {
  const { home, owner } = await started();
  const server = createServer((request, response) => {
    if (request.headers.authorization === `Bearer ${secret}`) response.end('goods');
    else response.writeHead(402).end('{}');
  });
  const url = `http://127.0.0.1:${await listen(server, 0)}`;
  onTestFinished(() => void server.close());

  const unproven = await withInput(home, secret, 'secrets', 'set', url);
  expect(unproven.json.error.code).toBe('owner-required');
  expect((await withInput(owner, '', 'secrets', 'set', url)).json.error.code).toBe('config-invalid');
  expect((await withInput(owner, secret, 'secrets', 'set', 'http://api.example')).json.error.code).toBe(
    'target-invalid',
  );
  const kept = await withInput(owner, `${secret}\n`, 'secrets', 'set', `${url}/v1?x=1`, '--agent', 'cli');
  expect(kept).toMatchObject({ code: 0, json: { origin: url, agents: ['cli'] } });
  const paid = await groatJson(home, 'pay', `${url}/x`);
  expect(paid.json).toMatchObject({ httpStatus: 200, body: 'goods' });
  const listed = await groatJson(home, 'secrets', 'list');
  expect(listed.json).toMatchObject([{ origin: url, agents: ['cli'] }]);
  const said = [unproven, kept, paid, listed, await groat(home, 'secrets', 'list'), await groat(home, 'log')];
  expect(JSON.stringify(said)).not.toContain(secret);
  expect((await groatJson(home, 'secrets', 'remove', url)).json).toEqual({ origin: url, removed: true });
  expect((await groatJson(home, 'pay', `${url}/x`)).json).toMatchObject({ httpStatus: 402 });
});
