import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { RunningProxy } from '../../../src-main/proxy/index.ts';
import { credentialLine, startTestProxy } from '../../support/proxy-fakes.ts';
import { rawClient } from '../../support/raw-client.ts';
import { type OriginScript, type RawConnection, type RawOrigin, startRawOrigin } from '../../support/raw-origin.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function tunnelTo(
  script: OriginScript,
  early = '',
): Promise<{ proxy: RunningProxy; origin: RawOrigin; client: RawConnection }> {
  const origin = await startRawOrigin(script);
  stops.push(origin.stop);
  const proxy = await startTestProxy();
  stops.push(() => proxy.stop(0));
  const client = await rawClient(proxy.port);
  stops.push(() => void client.socket.destroy());
  client.say(`CONNECT 127.0.0.1:${origin.port} HTTP/1.1\r\nHost: x\r\n${credentialLine}\r\n${early}`);
  expect(await client.head()).toMatch(/^HTTP\/1\.1 200 /);
  return { proxy, origin, client };
}

test('a tunnel carries any bytes both ways, those that came with the CONNECT first', async () => {
  const { client } = await tunnelTo(async (connection) => {
    expect(await connection.until('\0early')).toBe('\x16\x03\0early');
    connection.say('\xff\0back');
    await connection.until('more');
    connection.say('done');
  }, '\x16\x03\0early');
  await client.until('\xff\0back');
  client.say('more');
  await client.until('done');
});

test('a tunnel ends each direction on its own', async () => {
  const { client, proxy } = await tunnelTo(async (connection) => {
    connection.socket.allowHalfOpen = true;
    await connection.closed();
    connection.end('after your end');
  });
  client.end('mine');
  await client.until('after your end');
  await client.closed();
  while (proxy.inFlight > 0) await delay(1);
});

test('a tunnel holds back a sender whose other side does not read, and loses nothing', async () => {
  const total = 64 * 1024 * 1024;
  const gate = Promise.withResolvers<void>();
  let written = 0;
  const { client } = await tunnelTo(async ({ socket }) => {
    const piece = Buffer.alloc(256 * 1024, 0x61);
    while (written < total) {
      const room = socket.write(piece);
      written += piece.length;
      if (!room) await new Promise((resolve) => socket.once('drain', resolve));
    }
    socket.end();
  });
  client.socket.pause();
  // What the kernel and the streams hold is far less than the whole: the sender comes to rest.
  for (let last = -1; last !== written; await delay(50)) last = written;
  expect(written).toBeLessThan(total / 2);
  let read = client.received.length;
  client.socket.removeAllListeners('data');
  client.socket.on('data', (chunk: Buffer) => {
    read += chunk.length;
  });
  client.socket.once('end', gate.resolve);
  client.socket.resume();
  await gate.promise;
  expect(read).toBe(total);
});

test.each(['agent', 'origin'])('a tunnel is gone on both sides when the %s resets it', async (side) => {
  const gone = Promise.withResolvers<void>();
  const { client, proxy } = await tunnelTo(async (connection) => {
    await connection.until('hello');
    if (side === 'origin') connection.socket.resetAndDestroy();
    await connection.closed();
    gone.resolve();
  });
  client.say('hello');
  if (side === 'agent') client.socket.resetAndDestroy();
  await gone.promise;
  await client.closed();
  while (proxy.inFlight > 0) await delay(1);
});

test('a tunnel to nobody is refused with 502', async () => {
  const proxy = await startTestProxy();
  stops.push(() => proxy.stop(0));
  const client = await rawClient(proxy.port);
  client.say(`CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: x\r\n${credentialLine}\r\n`);
  expect((await client.head()).slice(9, 12)).toBe('502');
  await client.closed();
});
