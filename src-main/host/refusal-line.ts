import { z } from 'zod';
import type { RefusalLine } from '../../src-shared/contract/index.ts';
import { formatDecimal, type Network, refusalReasons } from '../../src-shared/model/index.ts';
import type { Entry } from '../log/index.ts';
import { shownUrl } from './order-view.ts';

/** What a decision's entry says, as far as a refusal is shown. Granted ones, and what costs nothing, are none. */
const refusalData = z.object({
  action: z.enum(['pay', 'buy-prepaid']),
  decision: z.enum(['denied', 'deferred', 'expired']),
  reason: z.enum(refusalReasons),
  amount: z.string().regex(/^\d{1,19}$/),
  /** Empty where it was refused before there was an offer, and so is the payee. */
  asset: z.string(),
  method: z.string(),
  url: z.string(),
  payee: z.string(),
  times: z.int().min(1).default(1),
});

/** Null for an entry that tells of no refusal. */
export function toRefusalLine({ seq, at, kind, agent, data }: Entry, { usdc }: Network): RefusalLine | null {
  if (kind !== 'decision' || agent === null) return null;
  const refusal = refusalData.safeParse(data).data;
  if (refusal === undefined) return null;
  const { decision, reason, amount, asset, method, url, payee, times } = refusal;
  return {
    seq,
    at,
    agent,
    decision,
    reason,
    method,
    url: shownUrl(url),
    amount: asset === '' ? null : formatDecimal(BigInt(amount), usdc.decimals),
    payee: payee === '' ? null : payee,
    times,
  };
}
