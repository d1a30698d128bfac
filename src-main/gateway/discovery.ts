import { z } from 'zod';
import type { Quote, Till } from '../payments/index.ts';
import type { Route } from './price-table.ts';

/** What a shop sells, as `GET /.well-known/x402` lists it. */
export interface ResourceList {
  readonly x402Version: 2;
  readonly name: string;
  readonly resources: readonly {
    /** URL, with the stars of its pattern. */
    readonly resource: string;
    readonly method: string;
    /** Decimal USDC; `0`: free. */
    readonly price: string;
    readonly description: string;
    readonly accepts: readonly unknown[];
  }[];
}

const requiredSchema = z.object({ accepts: z.array(z.unknown()) });
const bodySchema = z.object({ accepts: z.array(z.unknown()).optional() });

export function listResources(
  routes: readonly Route[],
  shop: { readonly name: string; readonly description: string; readonly origin: string },
  demand: Till['demand'],
  quoteOf: (route: Route, method: string, resource: string) => Quote,
  spell: (route: Route) => string,
): ResourceList {
  return {
    x402Version: 2,
    name: shop.name,
    resources: routes.map((route) => {
      const resource = shop.origin + route.pattern;
      const method = route.method === '*' ? 'GET' : route.method;
      return {
        resource,
        method: route.method,
        price: spell(route),
        description: shop.description,
        accepts: route.price === 0n ? [] : acceptsOf(demand(quoteOf(route, method, resource))),
      };
    }),
  };
}

/** The offers of a 402: those of v2, or where that is not spoken those of v1. */
function acceptsOf({
  headers,
  body,
}: {
  readonly headers: readonly string[];
  readonly body: string;
}): readonly unknown[] {
  const at = headers.findIndex((text, index) => index % 2 === 0 && text.toLowerCase() === 'payment-required');
  const header = at === -1 ? undefined : headers[at + 1];
  if (header !== undefined)
    return requiredSchema.parse(JSON.parse(Buffer.from(header, 'base64').toString('utf8'))).accepts;
  return bodySchema.parse(JSON.parse(body)).accepts ?? [];
}
