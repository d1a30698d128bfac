import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from '../../../src-main/base/listen.ts';
import type { ShopWish } from '../../../src-shared/contract/index.ts';
import { auditHome } from '../../support/audit.ts';
import { newSigner, officialFetch } from '../../support/official-x402.ts';
import { rawClient, readAnswer } from '../../support/raw-client.ts';
import { startTestHost } from '../../support/test-host.ts';

const mebibyte = 1024 ** 2;
const bulk = 100 * mebibyte;
const piece = Buffer.alloc(mebibyte, 'groat');

/** An API with some stamina, a shop before it, and a buyer with a dollar. */
async function openShop(wish: Partial<ShopWish> = {}) {
  const host = await startTestHost({ demo: false });
  const seen = { requests: 0, left: 0, handedOut: 0 };
  const target = createServer((incoming, response) => {
    seen.requests += 1;
    response.on('close', () => {
      if (!response.writableFinished) seen.left += 1;
    });
    const { pathname } = new URL(incoming.url ?? '/', 'http://target');
    if (pathname.endsWith('/bulk')) {
      incoming.resume();
      response.writeHead(200, { 'Content-Length': bulk });
      const counted = async function* () {
        for await (const chunk of pieces()) {
          seen.handedOut += chunk.length;
          yield chunk;
        }
      };
      void pipeline(counted, response).catch(() => undefined);
    } else if (pathname.endsWith('/endless')) {
      incoming.resume();
      const drip = setInterval(() => response.write('drop\n'), 20);
      response.on('close', () => clearInterval(drip));
    } else if (pathname.endsWith('/sink')) {
      const hash = createHash('sha256');
      incoming.on('data', (chunk: Buffer) => hash.update(chunk));
      incoming.on('end', () => response.end(hash.digest('hex')));
    } else {
      incoming.resume();
      response.end(`goods ${incoming.url}`);
    }
  });
  const targetPort = await listen(target, 0);
  onTestFinished(() => {
    target.closeAllConnections();
    target.close();
  });
  const shop = await host.client.shops.open({
    ...{ name: 'shop', target: `http://127.0.0.1:${targetPort}`, price: '0.01', port: 0 },
    routes: [{ method: '*', path: '/free/*', price: '0' }],
    ...wish,
  });
  const buyer = await newSigner();
  await host.client.sandbox.fund({ address: buyer.address, amount: '1' });
  return {
    host,
    seen,
    url: shop.gatewayUrl,
    port: Number(new URL(shop.gatewayUrl).port),
    pay: officialFetch(buyer, host.rpcUrl),
    async received() {
      await host.stop();
      return auditHome(host.home).balance('received');
    },
  };
}

async function* pieces() {
  for (let sent = 0; sent < bulk; sent += piece.length) yield piece;
}

const bulkHash = (() => {
  const hash = createHash('sha256');
  for (let sent = 0; sent < bulk; sent += piece.length) hash.update(piece);
  return hash.digest('hex');
})();

/** Connections from another process, and how many of them the server has answered or ended by now. */
async function flood(port: number, count: number, start = '', drip = '') {
  const escaped = (text: string) => JSON.stringify(text).slice(1, -1);
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'flood-child.ts'), String(port), String(count), escaped(start), escaped(drip)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const gone = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGKILL');
    await gone;
  };
  onTestFinished(stop);
  const state = { open: 0, answered: 0, ended: 0 };
  createInterface({ input: child.stdout }).on('line', (line) => Object.assign(state, JSON.parse(line)));
  await expect.poll(() => state.open, { timeout: 30_000 }).toBe(count);
  return { state, stop };
}

/** How many connections this process and a child of it may have. */
function mostConnections(wanted: number): number {
  const limit = Number(spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).stdout.trim());
  return Number.isNaN(limit) ? wanted : Math.min(wanted, limit - 1_000);
}

const residentMb = () => process.memoryUsage().rss / mebibyte;

test('ten thousand connections that say nothing leave room for a buyer, and cost little each', async () => {
  const stall = await openShop();
  const count = mostConnections(10_000);
  expect((await stall.pay(`${stall.url}/before`)).status).toBe(200);
  const before = residentMb();
  const idle = await flood(stall.port, count);
  const bought = await stall.pay(`${stall.url}/among`);
  expect(bought.status).toBe(200);
  expect(await bought.text()).toBe('goods /among');
  expect((residentMb() - before) / (count / 1_000), 'MiB for a thousand').toBeLessThan(40);
  await idle.stop();
  expect((await stall.pay(`${stall.url}/after`)).status).toBe(200);
  expect(await stall.received()).toBe(30_000);
});

test('heads and unpaid bodies that come drop by drop hold no buyer up, reach nobody, and are not waited for', async () => {
  const stall = await openShop();
  const heads = await flood(stall.port, 400, 'GET /thing HTTP/1.1\r\nHost: shop\r\nX-Slow: ', 'a');
  const bodies = await flood(
    stall.port,
    400,
    'POST /thing HTTP/1.1\r\nHost: shop\r\nContent-Length: 100000\r\n\r\n',
    'a',
  );
  for (let n = 0; n < 3; n++) expect((await stall.pay(`${stall.url}/thing?${n}`)).status).toBe(200);
  expect(stall.seen.requests, 'of those who paid, none of the others').toBe(3);
  await expect.poll(() => bodies.state.answered, { timeout: 10_000 }).toBe(400);
  await expect.poll(() => bodies.state.ended, { timeout: 10_000 }).toBe(400);
  await expect.poll(() => heads.state.ended, { timeout: 60_000 }).toBe(400);
  expect(await stall.received()).toBe(30_000);
});

test('a hundred megabytes too many are refused before they are read, and cost nothing', async () => {
  const stall = await openShop();
  const announced = await rawClient(stall.port);
  announced.say(`POST /free/sink HTTP/1.1\r\nHost: shop\r\nContent-Length: ${bulk}\r\n\r\n`);
  expect((await readAnswer(announced)).status).toBe(413);
  // Paid for and chunked: nobody knows before it has come.
  let handed = 0;
  const growing = new ReadableStream<Uint8Array>({
    pull(controller) {
      handed += piece.length;
      if (handed > bulk) controller.close();
      else controller.enqueue(piece);
    },
  });
  const outcome = await stall
    .pay(`${stall.url}/sink`, { method: 'POST', body: growing, duplex: 'half' } as RequestInit)
    .then(({ status }) => status)
    .catch(() => 'cut');
  expect([413, 402, 'cut']).toContain(outcome);
  expect(handed, 'most of it was never sent').toBeLessThan(bulk / 2);
  expect((await stall.pay(`${stall.url}/next`)).status).toBe(200);
  expect(await stall.received()).toBe(10_000);
});

test('a hundred megabytes each way go through whole, and no faster than the other end reads', async () => {
  const stall = await openShop({ limits: { bodyBytes: bulk } });
  const down = await stall.pay(`${stall.url}/bulk`);
  expect(down.status).toBe(200);
  // Nobody reads yet: what the API could hand out by now lies in the sockets' buffers and nowhere else.
  let before = -1;
  await expect
    .poll(() => {
      const still = stall.seen.handedOut === before;
      before = stall.seen.handedOut;
      return still;
    })
    .toBe(true);
  expect(stall.seen.handedOut).toBeLessThan(bulk / 3);
  const hash = createHash('sha256');
  for await (const chunk of down.body ?? []) hash.update(chunk);
  expect(hash.digest('hex')).toBe(bulkHash);
  const up = request(`${stall.url}/free/sink`, { method: 'POST', headers: { 'Content-Length': bulk } });
  const answered = once(up, 'response');
  await pipeline(pieces, up);
  const [answer] = await answered;
  let said = '';
  for await (const chunk of answer.setEncoding('utf8')) said += chunk;
  expect(said).toBe(bulkHash);
  expect(await stall.received()).toBe(10_000);
});

test('buyers who leave in the middle of an answer that has no end are not waited for', async () => {
  const stall = await openShop();
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      const client = await rawClient(stall.port);
      client.say('GET /free/endless HTTP/1.1\r\nHost: shop\r\n\r\n');
      await client.until('drop\n');
      client.socket.destroy();
    }),
  );
  await expect.poll(() => stall.seen.left, { timeout: 10_000 }).toBe(64);
  expect((await stall.pay(`${stall.url}/thing`)).status).toBe(200);
  expect(await stall.received()).toBe(10_000);
});

test('requests that come all at once over one connection are answered in their order, each by its own price', async () => {
  const stall = await openShop();
  const client = await rawClient(stall.port);
  const paths = Array.from({ length: 60 }, (_, n) => (n % 3 === 0 ? `/free/${n}` : `/thing/${n}`));
  client.say(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: shop\r\n\r\n`).join(''));
  for (const path of paths) {
    const answer = await readAnswer(client);
    if (path.startsWith('/free/')) {
      expect(answer).toMatchObject({ status: 200, body: `goods ${path}` });
    } else {
      expect(answer.status).toBe(402);
      const required = Buffer.from(answer.headers['payment-required'] ?? '', 'base64').toString('utf8');
      expect(JSON.parse(required).resource.url).toContain(path);
    }
  }
  client.socket.destroy();
  expect(stall.seen.requests).toBe(20);
});
