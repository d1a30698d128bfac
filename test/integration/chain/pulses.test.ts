import { createServer, type RequestListener } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { listen } from '../../../src-main/base/listen.ts';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { connectChain } from '../../../src-main/chain/index.ts';

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  const port = await listen(server, 0);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${port}`;
}

const answering = (result: unknown, when: Promise<void> = Promise.resolve()): RequestListener => {
  return (request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', async () => {
      await when;
      response.end(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(body).id, result }));
    });
  };
};

async function connect(endpoints: readonly string[]) {
  const chain = await connectChain({ endpoints, clock: systemClock, random: systemRandom, log: silentLog });
  onTestFinished(() => chain.stop());
  return chain;
}

test('a look at every endpoint says how each does, within its time, without the keys in their URLs', async () => {
  const good = await serve(answering(4_711));
  const odd = await serve(answering('much'));
  const silent = await serve(() => undefined);
  const dead = 'http://127.0.0.1:9';
  const chain = await connect([`${good}/?api-key=s3cret`, odd, silent, dead]);
  expect(await chain.pulses()).toEqual([
    { url: good, latencyMs: expect.any(Number), slot: 4_711n, problem: null },
    { url: odd, latencyMs: null, slot: null, problem: 'the answer has the wrong shape' },
    { url: silent, latencyMs: null, slot: null, problem: 'no answer in time' },
    { url: dead, latencyMs: null, slot: null, problem: expect.any(String) },
  ]);
});

test('all are asked at once: one that answers only after the other was asked is well', async () => {
  const asked = Promise.withResolvers<void>();
  const first = await serve(answering(1, asked.promise));
  const second = await serve((request, response) => {
    asked.resolve();
    answering(2)(request, response);
  });
  const chain = await connect([first, second]);
  expect((await chain.pulses()).map(({ slot }) => slot)).toEqual([1n, 2n]);
});

test('a look changes nothing of whom is asked first', async () => {
  let calls = 0;
  const failing = await serve((request, response) => {
    calls += 1;
    request.resume();
    response.writeHead(500).end();
  });
  const good = await serve(answering({ context: { slot: 5 }, value: 7 }));
  const chain = await connect([failing, good]);
  await chain.pulses();
  expect(chain.endpoints()[0]).toMatchObject({ healthy: true, lastError: null });
  expect(await chain.solBalance('7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU')).toBe(7n);
  expect(calls).toBe(2);
});
