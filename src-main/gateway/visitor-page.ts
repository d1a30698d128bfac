import type { Fields } from '../base/http/relay.ts';
import type { BuyerHead } from './buyer-head.ts';

export const pageFields: Fields = [
  'Content-Security-Policy',
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options',
  'nosniff',
  'Referrer-Policy',
  'no-referrer',
];

/** A person looks at the shop (x402 reference, section 2). */
export const isVisitor = ({ accept, userAgent }: BuyerHead): boolean =>
  accept.includes('text/html') && userAgent.includes('Mozilla');

/** What a person is shown in place of what is for sale. */
export function visitorPage(sale: {
  readonly shop: string;
  readonly description: string;
  readonly method: string;
  readonly resource: string;
  /** Decimal USDC. */
  readonly price: string;
  readonly network: string;
}): string {
  const command = `groat pay ${sale.method === 'GET' ? '' : `-X ${sale.method} `}'${sale.resource.replaceAll("'", '%27')}'`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(sale.shop)}: ${escaped(sale.price)} USDC</title>
<style>
body { font: 17px/1.5 system-ui, sans-serif; max-width: 36rem; margin: 12vh auto; padding: 0 1.25rem; color: #1d1b16; background: #fbfaf7 }
h1 { font-size: 1.3rem; margin: 0 }
.price { font-size: 2.4rem; margin: .4rem 0 1.2rem }
code { display: block; padding: .8rem 1rem; background: #efece4; border-radius: 8px; overflow-wrap: anywhere }
p { margin: 1rem 0 } small { color: #6b6557 }
@media (prefers-color-scheme: dark) { body { color: #ece8dd; background: #191713 } code { background: #27241e } small { color: #a49d8c } }
</style>
<h1>${escaped(sale.shop)}</h1>
${sale.description === '' || sale.description === sale.shop ? '' : `<p>${escaped(sale.description)}</p>\n`}<p class="price">${escaped(sale.price)} USDC <small>a request, on ${escaped(sale.network)}</small></p>
<p>This is an API that is paid for by the request. Programs pay it by x402; with Groat it is one line:</p>
<code>${escaped(command)}</code>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
