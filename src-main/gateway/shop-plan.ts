import { z } from 'zod';
import { prepaidPackage, routePrice, shopDialects, shopLimits, shopName } from '../../src-shared/contract/index.ts';

/** A shop as it is kept: everything it needs to come back as it was. Sums are USDC decimals. */
export const shopPlanSchema = z.strictObject({
  name: shopName,
  target: z.url({ protocol: /^https?$/ }),
  host: z.string().max(64),
  /** The port it had last, so that its address stays good; 0 before it was ever opened. */
  port: z.number().int().min(0).max(65_535),
  price: routePrice.shape.price,
  routes: z.array(routePrice).max(200),
  description: z.string().max(200),
  dialects: z.array(z.enum(shopDialects)).min(1),
  /** Null: nothing is sold ahead. */
  packages: z.array(prepaidPackage).max(20).nullable(),
  flow: z.enum(['after', 'upfront']),
  facilitator: z.string().nullable(),
  /** Null: the till. */
  payTo: z.string().nullable(),
  /** What buyers have to prove about themselves. */
  proofOfAgent: z.literal('none'),
  limits: shopLimits,
  open: z.boolean(),
  createdAt: z.number().int(),
});
export type ShopPlan = z.infer<typeof shopPlanSchema>;

/** The five tiers that ag402 sells everywhere (its reference, section 6): the same ids, so that its buyers find them. */
export const usualPackages: NonNullable<ShopPlan['packages']> = [
  { id: 'p3d_100', name: 'Starter', days: 3, calls: 100, price: '1.5' },
  { id: 'p7d_500', name: 'Basic', days: 7, calls: 500, price: '5' },
  { id: 'p30d_1000', name: 'Standard', days: 30, calls: 1000, price: '8' },
  { id: 'p365d_5000', name: 'Professional', days: 365, calls: 5000, price: '35' },
  { id: 'p730d_10k', name: 'Enterprise', days: 730, calls: 10_000, price: '60' },
];

export const defaultLimits: ShopPlan['limits'] = {
  perPayerMinute: 6_000,
  perAddressMinute: 60_000,
  perRouteMinute: 600_000,
  bodyBytes: 10 * 1024 * 1024,
  concurrency: 256,
  answerSeconds: 60,
};
