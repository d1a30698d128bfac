import { z } from 'zod';
import { type Network, parseDecimal } from '../../src-shared/model/index.ts';
import type { Approvals } from '../policy/index.ts';
import type { OwnersCall } from './call.ts';

const once = z.object({ id: z.string(), scope: z.literal('once').optional(), upTo: z.string().optional() });

/**
 * What the person at the app's own window may do off play money without typing the PIN: say yes to one payment of at most
 * `windowPinAbove`, and no more than that to its sum. Whatever cannot be read, or is anything else, asks for the PIN.
 */
export function createPinless(
  { windowPinAbove, usdc }: Pick<Network, 'windowPinAbove' | 'usdc'>,
  approvals: Pick<Approvals, 'get'>,
): OwnersCall {
  return (path, input) => {
    if (path.join('.') !== 'approvals.approve') return false;
    const asked = once.safeParse(input);
    if (!asked.success) return false;
    const { id, upTo } = asked.data;
    try {
      const { action, amount, asset } = approvals.get(id);
      const most = upTo === undefined ? amount : parseDecimal(upTo, usdc.decimals);
      return action === 'pay' && asset === usdc.mint && amount <= windowPinAbove && most <= windowPinAbove;
    } catch {
      // There is no such approval, or the sum is none; with the PIN the answer says which.
      return false;
    }
  };
}
