import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { getBase58Decoder } from '@solana/kit';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { type Chain, connectChain } from '../../../src-main/chain/index.ts';

type Answer = (method: string, params: readonly unknown[]) => unknown;
type Behaviour = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const account = '7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU';
const context = { slot: 5 };
const signatureOf = (byte: number): string => getBase58Decoder().decode(new Uint8Array(64).fill(byte));

/** Real servers on loopback, each with its own way of being wrong. */
describe('a chain over HTTP endpoints', () => {
  const cleanUp: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const clean of cleanUp.splice(0).reverse()) await clean();
  });

  const serve = async (
    behaviour: Behaviour,
  ): Promise<{ url: string; calls: () => number; heads: IncomingMessage[] }> => {
    const heads: IncomingMessage[] = [];
    const server = createServer((request, response) => {
      heads.push(request);
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => behaviour(request, response, body));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanUp.push(
      () =>
        new Promise((resolve) => {
          server.close(resolve);
          server.closeAllConnections();
        }),
    );
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    return { url: `http://127.0.0.1:${port}`, calls: () => heads.length, heads };
  };

  const answering = (answer: Answer): Behaviour => {
    return (_request, response, body) => {
      const { id, method, params } = JSON.parse(body) as { id: string; method: string; params: unknown[] };
      response.end(JSON.stringify({ jsonrpc: '2.0', id, ...(answer(method, params) as object) }));
    };
  };
  const balance = (value: unknown): Behaviour => answering(() => ({ result: { context, value } }));

  const connect = async (urls: readonly string[], timeoutMs = 2_000): Promise<Chain> => {
    const chain = await connectChain({
      endpoints: urls,
      clock: systemClock,
      random: systemRandom,
      log: silentLog,
      timeoutMs,
    });
    cleanUp.push(() => chain.stop());
    return chain;
  };

  it.each<[string, Behaviour]>([
    ['hangs', () => undefined],
    ['closes the connection', (request) => request.socket.destroy()],
    ['answers half and hangs', (_request, response) => response.writeHead(200, { 'content-length': 50 }).write('{')],
    ['answers HTTP 500', (_request, response) => response.writeHead(500).end('no')],
    ['answers HTTP 429', (_request, response) => response.writeHead(429).end('{"jsonrpc":"2.0"}')],
    ['redirects', (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end()],
    ['answers HTML', (_request, response) => response.end('<html>')],
    ['answers null', (_request, response) => response.end('null')],
    ['answers no result', answering(() => ({}))],
    ['answers a result of another shape', answering(() => ({ result: 7 }))],
    ['answers a negative balance', balance(-1)],
    ['answers a broken number', balance(1.5)],
    ['answers a text for a number', balance('12')],
    ['says that it is behind', answering(() => ({ error: { code: -32005, message: 'Node is behind', data: {} } }))],
    ['answers without end', (_request, response) => void response.write('x'.repeat(9 * 1024 * 1024))],
  ])('asks the next endpoint when the first one %s', async (_how, behaviour) => {
    const [bad, good] = [await serve(behaviour), await serve(balance(42))];
    const chain = await connect([bad.url, good.url], 300);
    expect(await chain.solBalance(account)).toBe(42n);
    expect(chain.endpoints()).toMatchObject([
      { url: bad.url, healthy: false, lastError: expect.any(String) },
      { url: good.url, healthy: true, lastError: null, latencyMs: expect.any(Number) },
    ]);
  });

  it('leaves a failed endpoint alone for a while', async () => {
    const bad = await serve((_request, response) => response.writeHead(500).end());
    const good = await serve(balance(1));
    const chain = await connect([bad.url, good.url]);
    for (let count = 0; count < 5; count += 1) await chain.solBalance(account);
    expect(bad.calls()).toBe(1);
    expect(good.calls()).toBe(5);
  });

  it('gives up with rpc-failed when no endpoint answers, having tried each more than once', async () => {
    const servers = [await serve((request) => request.socket.destroy()), await serve(balance('x'))];
    const chain = await connect(servers.map(({ url }) => url));
    await expect(chain.solBalance(account)).rejects.toMatchObject({
      code: 'rpc-failed',
      context: { method: 'getBalance', problem: 'the answer has the wrong shape' },
    });
    for (const { calls } of servers) expect(calls()).toBeGreaterThan(1);
  });

  it("takes the chain's own no for an answer", async () => {
    const refusing = answering(() => ({ error: { code: -32602, message: 'Invalid param' } }));
    const [first, second] = [await serve(refusing), await serve(balance(1))];
    const chain = await connect([first.url, second.url]);
    await expect(chain.solBalance(account)).rejects.toMatchObject({ code: 'rpc-failed' });
    expect(second.calls()).toBe(0);
    expect(chain.endpoints()).toMatchObject([{ healthy: true }, {}]);
  });

  it('has the lowest finalized height and slot of all endpoints', async () => {
    const at = (blockHeight: number, absoluteSlot: number) =>
      answering(() => ({ result: { blockHeight, absoluteSlot } }));
    const servers = [await serve(at(100, 190)), await serve(at(90, 200)), await serve(at(110, 210))];
    const chain = await connect(servers.map(({ url }) => url));
    expect(await chain.finalized()).toEqual({ height: 90n, slot: 190n });
  });

  it('has no finalized height when one endpoint is silent, or no history', async () => {
    const epoch = answering((method) => ({
      result: method === 'getEpochInfo' ? { blockHeight: 9, absoluteSlot: 9 } : [],
    }));
    const [good, silent] = [await serve(epoch), await serve(() => undefined)];
    const chain = await connect([good.url, silent.url], 200);
    await expect(chain.finalized()).rejects.toMatchObject({ code: 'rpc-failed' });
    await expect(chain.finalizedHistory(account, null, 1n)).rejects.toMatchObject({ code: 'rpc-failed' });
  });

  it('finds in the finalized history what a lying endpoint leaves out', async () => {
    const entry = { signature: signatureOf(2), slot: 7, err: null };
    const asked: unknown[] = [];
    const honest = answering((_method, params) => {
      asked.push(params[1]);
      return { result: [entry] };
    });
    const [liar, witness] = [await serve(answering(() => ({ result: [] }))), await serve(honest)];
    const chain = await connect([liar.url, witness.url]);
    const found = await chain.finalizedHistory(account, null, 7n);
    expect(found).toEqual([{ signature: entry.signature, slot: 7n, failed: false }]);
    // No commitment: finalized is every node's default, so kit leaves it out.
    expect(asked).toEqual([{ limit: 1000, minContextSlot: 7 }]);
  });

  it('does not believe an answer about another transaction', async () => {
    const wire = Buffer.alloc(300);
    wire[0] = 1;
    wire.fill(7, 1, 65);
    const liar = await serve(answering(() => ({ result: signatureOf(3) })));
    const chain = await connect([liar.url]);
    await expect(chain.send(wire)).rejects.toMatchObject({ code: 'rpc-failed' });
  });

  it('takes AlreadyProcessed for success only when the answer to the first try was lost', async () => {
    const wire = Buffer.alloc(300);
    wire[0] = 1;
    wire.fill(7, 1, 65);
    const landedBefore = answering(() => ({
      error: { code: -32002, message: 'Transaction simulation failed', data: { err: 'AlreadyProcessed', logs: [] } },
    }));
    const [lost, after] = [await serve((request) => request.socket.destroy()), await serve(landedBefore)];
    const retried = await connect([lost.url, after.url]);
    expect(await retried.send(wire)).toMatch(/^[1-9A-HJ-NP-Za-km-z]{86,88}$/);
    const fresh = await connect([after.url]);
    await expect(fresh.send(wire)).rejects.toMatchObject({ code: 'rpc-failed' });
  });

  it('shows no credential of an endpoint, and sends it as a header', async () => {
    const server = await serve(balance(1));
    const secret = new URL(server.url);
    secret.username = 'name';
    secret.password = 'pa ss';
    secret.pathname = '/v2/path-key';
    secret.search = '?api-key=query-key';
    const chain = await connect([secret.href, 'http://u:hidden@127.0.0.1:1/x?y']);
    await chain.solBalance(account);
    expect(server.heads[0]?.headers.authorization).toBe(`Basic ${Buffer.from('name:pa ss').toString('base64')}`);
    expect(server.heads[0]?.url).toBe('/v2/path-key?api-key=query-key');
    const failure = await chain.finalized().catch((error: unknown) => String(error));
    expect(chain.endpoints().map(({ url }) => url)).toEqual([server.url, 'http://127.0.0.1:1']);
    expect(JSON.stringify([chain.endpoints(), failure])).not.toMatch(/key|hidden|pa ss/);
  });

  it('refuses what is no endpoint', async () => {
    const options = { clock: systemClock, random: systemRandom, log: silentLog };
    for (const endpoints of [[], ['nowhere'], ['ftp://a.example'], ['ws://a.example']]) {
      await expect(connectChain({ ...options, endpoints })).rejects.toMatchObject({ code: 'config-invalid' });
    }
  });

  it('breaks off what is under way when it is stopped', async () => {
    const silent = await serve(() => undefined);
    const chain = await connect([silent.url], 60_000);
    const asked = chain.solBalance(account);
    const ended = expect(asked).rejects.toMatchObject({ code: 'rpc-failed' });
    await expect.poll(() => silent.calls()).toBe(1);
    await chain.stop();
    await ended;
    await expect(chain.solBalance(account)).rejects.toMatchObject({ code: 'rpc-failed' });
  });
});
