import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Checkpoint } from '../../../src-main/base/checkpoint.ts';
import { auditHome } from '../../support/audit.ts';
import { startOpen402Seller } from '../../support/open402-seller.ts';
import { throughProxy } from '../../support/proxy-client.ts';
import { freshHome, startTestHost } from '../../support/test-host.ts';

const script = join(import.meta.dirname, '..', '..', 'support', 'crash-host.ts');

async function startCrashing(home: string, point: Checkpoint) {
  const child = spawn(process.execPath, [script, home, point, 'ready', '400'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const died = once(child, 'exit').then(([, signal]) => signal as NodeJS.Signals | null);
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line').then(([line]) => String(line)), died.then(() => null)]);
  if (first === null) throw new Error('the host died before it was ready');
  const ready: { readonly proxyUrl: string; readonly rpcUrl: string } = JSON.parse(first);
  return { ...ready, died };
}

/** Nothing has left at these. `submitting`: nobody but the chain knows whether it has. */
const unsent: readonly Checkpoint[] = ['reserved', 'signed', 'submitting'];
const sent: readonly Checkpoint[] = [
  'broadcast',
  'landed',
  'statement-recorded',
  'paid-request-sent',
  'answer-head',
  'delivering',
];

describe('kill -9 between any two steps of an open402 payment pays nothing twice', () => {
  for (const point of [...unsent, ...sent]) {
    test(`killed at ${point}`, async () => {
      const home = freshHome();
      const first = await startTestHost({ home, demo: false });
      const seller = await startOpen402Seller(first, ({ response }) => void response.end('goods'));
      await first.stop();

      const crashing = await startCrashing(home, point);
      seller.moveTo(crashing.rpcUrl);
      const before = await throughProxy(crashing.proxyUrl, seller.url).catch(() => null);
      expect(await crashing.died, 'the point was reached').toBe('SIGKILL');

      const again = await startTestHost({ home, demo: false });
      seller.moveTo(again.rpcUrl);
      const agent = new URL(crashing.proxyUrl).username;
      const [order] = await again.client.orders.list({});
      const { proxyUrl } = await again.client.agents.rotate({ agent });
      const answer = await throughProxy(proxyUrl, seller.url);
      const payments = new Set(seller.proofs.map(({ txHash }) => txHash));
      // Killed after the agent had its answer, and that was on record: then asking again is another purchase.
      const had = order?.state === 'settled';
      if (had) expect(before).toMatchObject({ status: 200, body: 'goods' });
      expect(payments.size, 'the seller sees no second payment for one answer').toBeLessThanOrEqual(had ? 2 : 1);
      if (had) {
        expect(answer.status).toBe(200);
      } else if (sent.includes(point)) {
        expect(answer, 'what was paid for is had after all').toMatchObject({ status: 200, body: 'goods' });
        expect(answer.headers['groat-order'], 'by the order of before').toBe(order?.id);
      } else if (point === 'submitting') {
        expect(answer.headers, 'it might have left').toMatchObject({ 'groat-reason': 'chain-unavailable' });
      } else {
        expect(answer, 'nothing had left: this is the first payment').toMatchObject({ status: 200, body: 'goods' });
      }
      await again.stop();

      const last = await startTestHost({ home, demo: false, surroundings: { slotMs: 1 } });
      await expect
        .poll(async () => (await last.client.orders.list({})).map(({ state }) => state), { timeout: 20_000 })
        .toSatisfy((states: string[]) => states.every((state) => ['settled', 'released'].includes(state)));
      const balance = await last.client.wallet.balance();
      expect(balance.reserved).toBe('0');
      expect(balance.available, 'the ledger equals the chain').toBe(balance.onChain);
      await last.stop();
      expect(auditHome(home).balance('spent')).toBe(point === 'submitting' ? 0 : had ? 20_000 : 10_000);
    }, 60_000);
  }
});
