import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Checkpoint, checkpoints } from '../../../src-main/base/checkpoint.ts';
import { auditHome } from '../../support/audit.ts';
import { throughProxy } from '../../support/proxy-client.ts';
import { freshHome, startTestHost } from '../../support/test-host.ts';

const script = join(import.meta.dirname, '..', '..', 'support', 'crash-host.ts');

interface Crashing {
  readonly child: ChildProcess;
  /** Null when it died before it was ready. */
  readonly ready: { readonly proxyUrl: string; readonly demoUrl: string } | null;
  readonly died: Promise<NodeJS.Signals | null>;
}

async function startCrashing(
  home: string,
  point: Checkpoint,
  armed: 'ready' | 'boot',
  slotMs: number,
): Promise<Crashing> {
  const child = spawn(process.execPath, [script, home, point, armed, String(slotMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const died = once(child, 'exit').then(([, signal]) => signal as NodeJS.Signals | null);
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line').then(([line]) => String(line)), died.then(() => null)]);
  return { child, ready: first === null ? null : JSON.parse(first), died };
}

/** The home again, on a chain whose slots fly, so that every lifetime is over: what can still happen has happened. */
async function recoverAndAudit(home: string) {
  const host = await startTestHost({ home, demo: false, surroundings: { slotMs: 1 } });
  await expect
    .poll(async () => (await host.client.orders.list({})).map(({ state }) => state), { timeout: 20_000, interval: 50 })
    .toSatisfy((states: string[]) => states.every((state) => ['settled', 'failed', 'released'].includes(state)));
  const balance = await host.client.wallet.balance();
  expect(balance.reserved, 'nothing is reserved once nothing can land any more').toBe('0');
  expect(balance.available, 'the ledger equals the chain').toBe(balance.onChain);
  await host.stop();
  return auditHome(home);
}

/** On these, the transfer is on the chain when the process dies, or will be: the seller had sent it. */
const landsAnyway = new Set<Checkpoint>([
  'seller-sent',
  'seller-confirmed',
  'seller-settled',
  'answer-head',
  'delivering',
  'answer-delivered',
  'landed',
  'statement-recorded',
]);

describe('kill -9 between any two steps of a payment loses nothing and pays nothing twice', () => {
  // Those of refunds, packages, open402 and kept answers have their own tests.
  const others = /^(refund-|purchase-|broadcast$|seller-kept$|released$)/;
  const points = checkpoints.filter((point) => !others.test(point));
  expect(points.length).toBeGreaterThanOrEqual(12);

  for (const point of points) {
    test(`killed at ${point}`, async () => {
      const home = freshHome();
      const crashing = await startCrashing(home, point, 'ready', 400);
      const { ready } = crashing;
      if (ready === null) throw new Error('the host died before it was ready');
      // The agent may or may not get its answer before the process is gone.
      await throughProxy(ready.proxyUrl, ready.demoUrl).catch(() => undefined);
      expect(await crashing.died, 'the point was reached').toBe('SIGKILL');

      const { orders, balance } = await recoverAndAudit(home);
      expect(orders, 'the order is not lost, and there is no second one').toHaveLength(1);
      const paid = orders[0]?.landed !== null;
      if (landsAnyway.has(point)) expect(paid).toBe(true);
      expect(balance('spent')).toBe(paid ? 10_000 : 0);
      expect(balance('received'), 'the till has what the wallet paid').toBe(paid ? 10_000 : 0);
      expect(balance('available')).toBe(paid ? 99_990_000 : 100_000_000);
    });
  }

  test('killed while it releases, after having been killed with a payment under way', async () => {
    const home = freshHome();
    const first = await startCrashing(home, 'submitting', 'ready', 400);
    if (first.ready === null) throw new Error('the host died before it was ready');
    await throughProxy(first.ready.proxyUrl, first.ready.demoUrl).catch(() => undefined);
    expect(await first.died).toBe('SIGKILL');
    const second = await startCrashing(home, 'released', 'boot', 1);
    expect(await second.died).toBe('SIGKILL');
    const { orders, balance } = await recoverAndAudit(home);
    expect(orders.map(({ state }) => state)).toEqual(['released']);
    expect(balance('available')).toBe(100_000_000);
  });
});
