import { z } from 'zod';
import { type Atomic, type Network, parseDecimal } from '../../src-shared/model/index.ts';
import type { Approvals } from '../policy/index.ts';
import type { OwnersCall } from './call.ts';

const once = z.object({ id: z.string(), scope: z.literal('once').optional(), upTo: z.string().optional() });

const dayMs = 24 * 60 * 60_000;
/** Nobody waits longer for an answer, so what was answered within a day was asked within this. */
const askedMs = dayMs + 2 * 60 * 60_000;
/** Of the largest sums that it may say yes to, and of yeses that are looked through. */
const sumsADay = 5n;
const mostADay = 200;

/**
 * What the person at the app's own window may do off play money without typing the PIN: say yes to one payment of at most
 * `windowPinAbove` and no more than that to its sum, where that yes is the only one needed. In 24 hours such yeses, with the PIN
 * or without, come to five times as much. Whatever cannot be read, or is anything else, asks for the PIN.
 */
export function createPinless(
  { windowPinAbove, usdc }: Pick<Network, 'windowPinAbove' | 'usdc'>,
  approvals: Pick<Approvals, 'get' | 'list'>,
  now: () => number,
): OwnersCall {
  /** Let through a moment ago, and perhaps not written yet: several calls may come at once. */
  const through = new Map<string, { readonly at: number; readonly most: Atomic }>();

  /** Null: too many to tell. */
  const saidYesTo = (except: string): bigint | null => {
    const since = now() - dayMs;
    for (const [id, { at }] of through) if (at <= since) through.delete(id);
    const answered = approvals.list({ state: 'approved', limit: mostADay });
    const oldest = answered.at(-1);
    if (answered.length >= mostADay && oldest !== undefined && oldest.createdAt > now() - askedMs) return null;
    const sums = new Map([...through].map(([id, { most }]) => [id, most]));
    for (const { id, life } of answered)
      if (life.state === 'approved' && life.scope === 'once' && life.at > since && life.upTo <= windowPinAbove)
        sums.set(id, life.upTo);
    sums.delete(except);
    return [...sums.values()].reduce((sum, one) => sum + one, 0n);
  };

  return (path, input) => {
    if (path.join('.') !== 'approvals.approve') return false;
    const asked = once.safeParse(input);
    if (!asked.success) return false;
    const { id, upTo } = asked.data;
    try {
      const { action, amount, asset, needed } = approvals.get(id);
      const most = upTo === undefined ? amount : parseDecimal(upTo, usdc.decimals);
      const isSmall = amount <= windowPinAbove && most <= windowPinAbove;
      if (action !== 'pay' || asset !== usdc.mint || needed !== 1 || !isSmall) return false;
      const before = saidYesTo(id);
      if (before === null || before + most > windowPinAbove * sumsADay) return false;
      through.set(id, { at: now(), most });
      return true;
    } catch {
      // There is no such approval, or the sum is none; with the PIN the answer says which.
      return false;
    }
  };
}
