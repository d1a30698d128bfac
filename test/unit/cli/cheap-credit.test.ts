import { expect, test } from 'vitest';
import { cheapCredit } from '../../../src-main/cli/cheap-credit.ts';

const packages = [
  { id: 'a', name: 'Starter', calls: 100, days: 3, price: '1.5' },
  { id: 'b', name: 'Basic', calls: 1000, days: 7, price: '8' },
];
const shop = { prepaid: true, packages, price: '0.02', routes: [] };

test.each([
  ['a call that costs about what credit does', shop, null],
  ['a shop that sells nothing ahead', { ...shop, prepaid: false, price: '5' }, null],
  ['a dear shop', { ...shop, price: '5' }, 'costs $0.008 to $0.015 and buys any route, also what costs $5.'],
  [
    'one dear route',
    { ...shop, routes: [{ method: '*', path: '/big', price: '0.5' }] },
    'buys any route, also what costs $0.5.',
  ],
])('says when credit sells too cheap: %s', (_claim, sold, said) => {
  if (said === null) expect(cheapCredit(sold)).toBeNull();
  else expect(cheapCredit(sold)).toContain(said);
});
