import { once } from 'node:events';
import { request } from 'node:http';
import { createServer, connect as dial } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../src-main/chain/index.ts';
import { ask, newFolder, openSandbox, usdc } from './fixture.ts';

interface Reply {
  readonly status: number;
  readonly body: string;
}

describe('the JSON-RPC door', () => {
  const folder = newFolder();
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await openSandbox(folder.dir, 0);
  });
  afterAll(async () => {
    await sandbox.stop();
    folder.remove();
  });

  const call = (body: string, headers: Record<string, string> = {}, method = 'POST'): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const port = sandbox.rpcPort ?? 0;
      const sent = request({ host: '127.0.0.1', port, method, headers, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      });
      sent.on('error', reject);
      sent.end(body);
    });
  const health = JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'getHealth' });

  it('answers a plain client by each of its loopback names', async () => {
    for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
      const reply = await call(health, { host: `${name}:${sandbox.rpcPort}` });
      expect(JSON.parse(reply.body)).toEqual({ jsonrpc: '2.0', id: 7, result: 'ok' });
    }
  });

  it('refuses a web page, by its Origin', async () => {
    for (const origin of ['https://evil.example', 'null', `http://127.0.0.1:${sandbox.rpcPort}`]) {
      expect((await call(health, { origin })).status).toBe(403);
    }
  });

  it('refuses a rebound name, by its Host', async () => {
    for (const host of ['evil.example', `evil.example:${sandbox.rpcPort}`, '127.0.0.1', '127.0.0.1:1']) {
      expect((await call(health, { host })).status).toBe(403);
    }
  });

  it('takes POST alone', async () => {
    for (const method of ['GET', 'PUT', 'OPTIONS']) expect((await call('', {}, method)).status).toBe(405);
  });

  it('takes a body of 1 MiB and not a byte more', async () => {
    const limit = 1024 * 1024;
    const fits = health.padEnd(limit, ' ');
    expect((await call(fits)).status).toBe(200);
    expect((await call(`${fits} `)).status).toBe(413);
  });

  it('survives a body that breaks off', async () => {
    const socket = dial(sandbox.rpcPort ?? 0, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`POST / HTTP/1.1\r\nHost: 127.0.0.1:${sandbox.rpcPort}\r\nContent-Length: 100\r\n\r\n{"jsonrpc"`);
    socket.destroy();
    await once(socket, 'close');
    expect((await call(health)).status).toBe(200);
  });

  it.each([
    ['not json', '{', -32700],
    ['nothing', '', -32700],
    ['a number', '1', -32600],
    ['null', 'null', -32600],
    ['an empty batch', '[]', -32600],
    ['a batch of 101', `[${Array(101).fill(health).join(',')}]`, -32600],
    ['no method', '{"jsonrpc":"2.0","id":1}', -32600],
    ['named parameters', '{"jsonrpc":"2.0","id":1,"method":"getSlot","params":{"a":1}}', -32600],
    ['an unknown method', '{"jsonrpc":"2.0","id":1,"method":"constructor","params":[]}', -32601],
    ['a missing parameter', '{"jsonrpc":"2.0","id":1,"method":"getBalance","params":[]}', -32602],
    ['a wrong address', '{"jsonrpc":"2.0","id":1,"method":"getBalance","params":["0OIl"]}', -32602],
    ['a negative number', '{"jsonrpc":"2.0","id":1,"method":"getBlockTime","params":[-1]}', -32602],
    [
      'options that are a list',
      '{"jsonrpc":"2.0","id":1,"method":"getSignaturesForAddress","params":["11111111111111111111111111111111",[]]}',
      -32602,
    ],
  ])('answers %s with an error of JSON-RPC', async (_what, body, code) => {
    const reply = await call(body);
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.body)).toMatchObject({ error: { code } });
  });

  it('answers a batch in its order, errors among the results', async () => {
    const batch = [
      { jsonrpc: '2.0', id: 'a', method: 'getHealth' },
      { jsonrpc: '2.0', id: 'b', method: 'nothing' },
      { jsonrpc: '2.0', id: 'c', method: 'getGenesisHash' },
    ];
    expect(JSON.parse((await call(JSON.stringify(batch))).body)).toMatchObject([
      { id: 'a', result: 'ok' },
      { id: 'b', error: { code: -32601 } },
      { id: 'c', result: 'EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG' },
    ]);
  });

  it('shows the mint in every encoding', async () => {
    const { result: parsed } = await ask(sandbox.rpcUrl, 'getAccountInfo', usdc, { encoding: 'jsonParsed' });
    expect(parsed).toMatchObject({ value: { data: { program: 'spl-token', parsed: { info: { decimals: 6 } } } } });
    const { result: bytes } = await ask(sandbox.rpcUrl, 'getAccountInfo', usdc, {
      encoding: 'base64',
      dataSlice: { offset: 44, length: 2 },
    });
    expect(bytes).toMatchObject({ value: { data: [Buffer.from([6, 1]).toString('base64'), 'base64'], space: 82 } });
    const { result: many } = await ask(sandbox.rpcUrl, 'getMultipleAccounts', [usdc, '1'.repeat(32)], {
      encoding: 'base58',
    });
    expect(many).toMatchObject({ value: [{ lamports: 1_461_600 }, {}] });
  });

  it('gives an airdrop to who asks, and says so in the history', async () => {
    const owner = 'BPFLoaderUpgradeab1e11111111111111111111112';
    const { result } = await ask(sandbox.rpcUrl, 'requestAirdrop', owner, 5_000_000);
    const { result: history } = await ask(sandbox.rpcUrl, 'getSignaturesForAddress', owner);
    expect(history).toMatchObject([{ signature: result, err: null, confirmationStatus: 'finalized' }]);
    const { result: landed } = await ask(sandbox.rpcUrl, 'getTransaction', result, { encoding: 'json' });
    expect(landed).toMatchObject({ version: 'legacy', meta: { fee: 5_000, err: null } });
  });
});

describe('a sandbox whose port is taken', () => {
  it('rejects with EADDRINUSE, and lets go of its chain', async () => {
    const folder = newFolder();
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const address = squatter.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    await expect(openSandbox(folder.dir, port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    squatter.close();
    const sandbox = await openSandbox(folder.dir);
    expect(sandbox.rpcUrl).toBeNull();
    await sandbox.stop();
    folder.remove();
  });
});
