import type { Route } from './price-table.ts';

type Extensions = Readonly<Record<string, unknown>>;

const queryMethods = ['GET', 'HEAD', 'DELETE'];
const bodyMethods = ['POST', 'PUT', 'PATCH'];

/**
 * What a 402 says about the request to those who list services (x402 reference, section 11). The same object each time for
 * the same kind of request. Null: the list knows no such method.
 */
export function createBazaar(): (route: Route, method: string) => Extensions | null {
  const made = new Map<string, Extensions | null>();
  return (route, method) => {
    const key = `${route.at} ${method}`;
    const known = made.get(key);
    if (known !== undefined) return known;
    const extensions = describe(route, method);
    made.set(key, extensions);
    return extensions;
  };
}

function describe(route: Route, method: string): Extensions | null {
  const takesBody = bodyMethods.includes(method);
  if (!takesBody && !queryMethods.includes(method)) return null;
  const input = takesBody ? { type: 'http', method, bodyType: 'json', body: {} } : { type: 'http', method };
  const properties = {
    type: { type: 'string', const: 'http' },
    method: { type: 'string', enum: takesBody ? bodyMethods : queryMethods },
    ...(takesBody
      ? { bodyType: { type: 'string', enum: ['json', 'form-data', 'text'] }, body: {} }
      : { queryParams: { type: 'object' } }),
  };
  const required = Object.keys(input);
  const template = templateOf(route.pattern);
  return {
    bazaar: {
      info: { input },
      schema: {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        properties: { input: { type: 'object', properties, required, additionalProperties: false } },
        required: ['input'],
      },
      ...(template === null ? {} : { routeTemplate: template }),
    },
  };
}

/** `/v1/*` as `/v1/:any`; null where a star is only part of a segment, or the pattern has what a template may not have. */
function templateOf(pattern: string): string | null {
  if (!pattern.includes('*')) return null;
  let stars = 0;
  const template = pattern
    .split('/')
    .map((segment) => {
      if (segment !== '*') return segment;
      stars += 1;
      return stars === 1 ? ':any' : `:any${stars}`;
    })
    .join('/');
  return /^\/[A-Za-z0-9_/:.\-~%]*$/.test(template) && !template.includes('..') ? template : null;
}
