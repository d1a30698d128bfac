import { hash } from 'node:crypto';
import { createRecent } from '../base/recent.ts';
import { checkSettlement, type SettlementCheck, type SettlementRequirement } from '../wallet/index.ts';

/** So many payments that passed are remembered. */
const most = 1024;

/**
 * `checkSettlement`, which is pure, with a memory for what it found valid: it is asked the same again for each copy of a
 * payment. Every byte of the transaction, its signatures too, and every term belong to the question.
 */
export function createSettlementChecks(): (wire: Uint8Array, rule: SettlementRequirement) => SettlementCheck {
  const passed = createRecent<SettlementCheck>(most);
  return (wire, rule) => {
    const { amount, asset, payTo, feePayer, memo } = rule;
    const question = JSON.stringify([hash('sha256', wire), String(amount), asset, payTo, feePayer, memo]);
    const known = passed.get(question);
    if (known !== undefined) return known;
    const check = checkSettlement(wire, rule);
    if (check.kind === 'valid') passed.set(question, check);
    return check;
  };
}
