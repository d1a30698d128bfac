import { afterEach, describe, expect, test, vi } from 'vitest';
import { targetGuard } from '../../../src-main/base/http/target-guard.ts';
import { createSellerLine } from '../../../src-main/payments/index.ts';
import { type OriginScript, startRawOrigin } from '../../support/raw-origin.ts';
import { startTestHost } from '../../support/test-host.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const stop of stops.splice(0)) await stop();
});

async function lineTo(script: OriginScript, ownPorts: 'none' | 'that one' = 'none') {
  const origin = await startRawOrigin(script);
  stops.push(origin.stop);
  const line = createSellerLine(targetGuard({ ownPorts: () => (ownPorts === 'none' ? [] : [origin.port]) }));
  return { origin, line, url: new URL(`${origin.url}/prepaid/purchase`) };
}

const saying =
  (text: string, then?: 'hang up'): OriginScript =>
  async (connection) => {
    await connection.head();
    connection.say(text);
    if (then === 'hang up') connection.socket.end();
  };

describe('a question to a seller ends', () => {
  const none: readonly (readonly [string, string, ('hang up' | undefined)?])[] = [
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'],
    ['no answer at all', '', 'hang up'],
    ['an answer that breaks off', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{', 'hang up'],
    ['no HTTP', 'SSH-2.0-x\r\n', 'hang up'],
    ['more than anybody reads', `HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n${'x'.repeat(70_000)}`],
    ['more, without saying so', `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(70_000)}`],
  ];
  for (const [name, text, then] of none) {
    test(`with ${name} as nothing that was heard`, async () => {
      const { line, url } = await lineTo(saying(text, then));
      expect(await line.post(url, {})).toMatchObject({ kind: 'none' });
    });
  }

  test('when the seller drips, after 15 seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    for (const begun of ['', 'HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{']) {
      const heard = Promise.withResolvers<void>();
      const { line, url } = await lineTo(async (connection) => {
        await connection.head();
        connection.say(begun);
        heard.resolve();
      });
      const asked = line.get(url);
      await heard.promise;
      vi.advanceTimersByTime(14_999);
      expect(await Promise.race([asked, Promise.resolve('waits')])).toBe('waits');
      vi.advanceTimersByTime(1);
      expect(await asked).toMatchObject({ kind: 'none' });
    }
  });
});

test('a redirect is an answer, and is not followed', async () => {
  const { line, url, origin } = await lineTo(
    saying('HTTP/1.1 307 Over There\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n'),
  );
  expect(await line.post(url, { secret: 's' })).toEqual({ kind: 'answer', status: 307, body: '' });
  expect(origin.connections).toBe(1);
});

test('`groat pay` to a seller that answers with another protocol ends too', async () => {
  const origin = await startRawOrigin(
    saying('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
  );
  stops.push(origin.stop);
  const { client } = await startTestHost({ demo: false });
  const paying = (async () => {
    for await (const _ of await client.payments.pay({ url: `${origin.url}/x` }));
  })();
  await expect(paying).rejects.toMatchObject({ data: { code: 'upstream-failed' } });
});

test('a port of our own is not asked', async () => {
  const { line, url, origin } = await lineTo(() => undefined, 'that one');
  expect(await line.post(url, {})).toMatchObject({ kind: 'none' });
  expect(origin.connections).toBe(0);
});
