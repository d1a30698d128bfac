import type { RoutePrice } from '../../../src-shared/contract/index.ts';
import { compareDecimals, typedDollars } from '../../ui/money.ts';

/** A price for some requests, as it is typed. `key` is the row's own, for drawing only. */
export interface RouteRow {
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly price: string;
  readonly free: boolean;
}

/** `*`: every method. */
export const methods = ['*', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const;

export const isFree = (price: string): boolean => compareDecimals(price, '0') === 0;

export const rowsOf = (routes: readonly RoutePrice[]): readonly RouteRow[] =>
  routes.map(({ method, path, price }, at) => {
    const free = isFree(price);
    return { key: `route${at}`, method, path, price: free ? '' : price, free };
  });

/** What is wrong with a row, by its field; null where nothing is. Rows that nobody has touched are no mistake yet. */
export function rowProblems({ path, price, free }: RouteRow): {
  readonly path: string | null;
  readonly price: string | null;
} {
  const sum = typedDollars(price);
  return {
    path: /^\/[^\s?#]{0,255}$/.test(path.trim()) ? null : 'Begins with / and has no ? or #, such as /v1/*',
    price: free || (sum !== null && !isFree(sum)) ? null : 'A sum such as 0.002',
  };
}

/** The rows as a shop is asked for with them; null while one of them cannot be meant. */
export function routesOf(rows: readonly RouteRow[]): RoutePrice[] | null {
  const routes: RoutePrice[] = [];
  const seen = new Set<string>();
  for (const row of rows) {
    const { path, price } = rowProblems(row);
    if (path !== null || price !== null) return null;
    const route = {
      method: row.method,
      path: row.path.trim(),
      price: row.free ? '0' : (typedDollars(row.price) ?? '0'),
    };
    const name = `${route.method} ${route.path}`;
    if (seen.has(name)) return null;
    seen.add(name);
    routes.push(route);
  }
  return routes;
}

/** A row that says the same requests as one above it, which would leave open what they cost. */
export function repeated(rows: readonly RouteRow[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(
    rows.flatMap(({ key, method, path }) => {
      const name = `${method} ${path.trim()}`;
      if (seen.has(name)) return [key];
      seen.add(name);
      return [];
    }),
  );
}

/** Something of the shop that costs money, to try it with: what stands for anything is left out. */
export function pathToBuy({ price, routes }: { readonly price: string; readonly routes: readonly RoutePrice[] }): {
  readonly method: string;
  readonly path: string;
} {
  if (!isFree(price)) return { method: 'GET', path: '/' };
  const paid = routes.find((route) => !isFree(route.price));
  if (paid === undefined) return { method: 'GET', path: '/' };
  return { method: paid.method === '*' ? 'GET' : paid.method, path: paid.path.replaceAll('*', '') };
}
