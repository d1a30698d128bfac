import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Checkpoint } from '../../../src-main/base/checkpoint.ts';
import { auditHome } from '../../support/audit.ts';
import { freshHome, startTestHost } from '../../support/test-host.ts';

const script = join(import.meta.dirname, '..', '..', 'support', 'prepaid-crash-host.ts');
const seller = '9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin';

/** A seller in ag402's way that believes every transaction, and remembers which it was shown. */
async function believer() {
  const shown = new Set<string>();
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') {
      const starter = { package_id: 'p3d_100', name: 'Starter', calls: 100, days: 3, price_usdc: 0.5, token: 'USDC' };
      response.end(JSON.stringify({ packages: [{ ...starter, seller_address: seller }] }));
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { buyer_address, package_id, tx_hash } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    shown.add(tx_hash);
    const credential = {
      buyer_address,
      package_id,
      remaining_calls: 100,
      expires_at: new Date(Date.now() + 3 * 86_400_000).toISOString().replace(/T.*/, 'T00:00:00+00:00'),
      signature: createHash('sha256').update(tx_hash).digest('hex'),
      seller_address: seller,
      created_at: '2026-01-01T00:00:00+00:00',
    };
    response.writeHead(201).end(JSON.stringify({ credential }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, shown };
}

/** From here on the transfer is on the chain when the process dies, or will be. */
const landsAnyway: readonly Checkpoint[] = [
  'broadcast',
  'landed',
  'statement-recorded',
  'purchase-claimed',
  'purchase-kept',
];
const points: readonly Checkpoint[] = ['reserved', 'signed', 'purchase-begun', 'submitting', ...landsAnyway];

describe('kill -9 between any two steps of buying a package: never paid twice, and what was paid for comes', () => {
  test.each(points)('killed at %s', async (point) => {
    const home = freshHome();
    const { url, shown } = await believer();
    const child = spawn(process.execPath, [script, home, point, url, seller], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [, signal] = await once(child, 'exit');
    expect(signal, 'the point was reached').toBe('SIGKILL');

    // On a chain whose slots fly every lifetime is over soon: what can still happen has happened.
    const { client, stop } = await startTestHost({ home, demo: false, surroundings: { slotMs: 1 } });
    await expect
      .poll(
        async () => {
          await client.prepaid.recover();
          const { pending } = await client.prepaid.status();
          const orders = await client.orders.list({});
          const over = orders.every(({ state }) => ['settled', 'failed', 'released'].includes(state));
          return over && pending.every(({ state }) => state === 'failed');
        },
        { timeout: 20_000, interval: 100 },
      )
      .toBe(true);
    const orders = await client.orders.list({});
    expect(orders, 'the order is not lost, and there is no second one').toHaveLength(1);
    const isPaid = orders[0]?.signature !== null;
    if (landsAnyway.includes(point)) expect(isPaid).toBe(true);
    const { credits, totalRemaining } = await client.prepaid.status();
    expect([credits.length, totalRemaining]).toEqual(isPaid ? [1, 100] : [0, 0]);
    expect(shown.size).toBe(isPaid ? 1 : 0);
    expect(orders[0]?.state).toBe(isPaid ? 'settled' : 'released');
    const balance = await client.wallet.balance();
    expect(balance.reserved).toBe('0');
    expect(balance.available, 'the ledger equals the chain').toBe(balance.onChain);
    expect(balance.available).toBe(isPaid ? '99.5' : '100');
    await stop();
    await auditHome(home);
  });
});
