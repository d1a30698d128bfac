import { addDecimals, compareDecimals, dollars } from '../../ui/money.ts';

/** What the bars of the last 24 hours say, for those who do not see them. */
export function spokenSpending(amounts: readonly string[]): string {
  const total = amounts.reduce(addDecimals, '0');
  const busiest = amounts.filter((amount) => compareDecimals(amount, '0') > 0).length;
  if (busiest === 0) return 'Nothing spent in the last 24 hours';
  return `${dollars(total)} spent in the last 24 hours, in ${busiest} of them`;
}
