import { onTestFinished } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { targetGuard } from '../../src-main/base/http/target-guard.ts';
import { silentLog } from '../../src-main/base/log-sink.ts';
import { defaultLimits, openShop, type Shop, type ShopParts, type ShopPlan } from '../../src-main/gateway/index.ts';
import type { CallOutcome } from '../../src-shared/contract/index.ts';
import { networks } from '../../src-shared/model/index.ts';
import { type FakeTill, fakeTill } from './fake-till.ts';

export const testPlan: ShopPlan = {
  name: 'shop',
  target: 'http://127.0.0.1:1',
  host: '127.0.0.1',
  port: 0,
  price: '0.01',
  routes: [],
  description: 'a test',
  dialects: ['x402-v2', 'x402-v1'],
  packages: null,
  flow: 'after',
  facilitator: null,
  payTo: null,
  proofOfAgent: 'none',
  limits: defaultLimits,
  open: true,
  createdAt: 0,
};

export interface TestShop {
  readonly shop: Shop;
  readonly till: FakeTill;
  /** What the call book was told, added up. */
  readonly counted: Partial<Record<CallOutcome, number>>;
}

/** A shop with a till that believes what it is told; stopped when the test is over. */
export async function testShop(
  plan: Partial<Omit<ShopPlan, 'limits'>> & { readonly limits?: Partial<ShopPlan['limits']> },
  parts: Partial<Omit<ShopParts, 'till'>> = {},
): Promise<TestShop> {
  const till = fakeTill();
  const counted: Partial<Record<CallOutcome, number>> = {};
  const shop = await openShop(
    {
      plan: { ...testPlan, ...plan, limits: { ...defaultLimits, ...plan.limits } },
      payTo: 'seller',
      network: networks.sandbox,
    },
    {
      till,
      credits: null,
      calls: {
        async add(_shop, _day, counts) {
          for (const key of Object.keys(counts) as CallOutcome[])
            counted[key] = (counted[key] ?? 0) + (counts[key] ?? 0);
        },
        days: () => [],
      },
      guard: targetGuard({ ownPorts: () => [] }),
      clock: systemClock,
      log: silentLog,
      accessLog: null,
      metricsToken: null,
      ...parts,
    },
  );
  onTestFinished(() => shop.stop(0));
  return { shop, till, counted };
}
