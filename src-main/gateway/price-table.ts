import type { RoutePrice } from '../../src-shared/contract/index.ts';
import type { Atomic } from '../../src-shared/model/index.ts';
import { decodePath } from './request-path.ts';

/** A row of the price table, or the default. */
export interface Route {
  /** Where it stands in `PriceTable.routes`. */
  readonly at: number;
  /** `*`: every method. */
  readonly method: string;
  /** The pattern as the seller wrote it. */
  readonly pattern: string;
  readonly price: Atomic;
}

export interface PriceTable {
  /** The seller's rows in their order, then the default. */
  readonly routes: readonly Route[];
  /**
   * What a request costs. `text` is a decoded path (`RequestPath.text`). Many servers take `/Paid`, `/paid/` and
   * `/paid;x` for `/paid`, and answer HEAD as GET: of all the rows that such a reading leads to, the dearest counts.
   */
  find(method: string, text: string): Route;
}

interface Row {
  readonly route: Route;
  readonly parts: readonly string[];
}

const maxRemembered = 2048;
const longestRemembered = 256;

/** Rows whose pattern cannot be decoded match what is written in them literally. */
export function createPriceTable(
  rows: readonly RoutePrice[],
  price: Atomic,
  toAmount: (text: string) => Atomic,
): PriceTable {
  const named = rows.map(
    (row, at): Route => ({ at, method: row.method, pattern: row.path, price: toAmount(row.price) }),
  );
  const rest: Route = { at: rows.length, method: '*', pattern: '/*', price };
  const exact = inOrder(named, (text) => text);
  const loose = inOrder(named, looseText);
  const remembered = new Map<string, Route>();

  const search = (method: string, text: string): Route => {
    let dearest = firstMatch(exact, method, text) ?? rest;
    const readings = method === 'HEAD' ? ['HEAD', 'GET'] : [method];
    for (const reading of readings) {
      for (const found of [firstMatch(exact, reading, text), firstMatch(loose, reading, looseText(text))]) {
        const route = found ?? rest;
        if (route.price > dearest.price) dearest = route;
      }
    }
    return dearest;
  };

  return {
    routes: [...named, rest],
    find(method, text) {
      if (text.length > longestRemembered) return search(method, text);
      const key = `${method} ${text}`;
      const known = remembered.get(key);
      if (known !== undefined) return known;
      const found = search(method, text);
      if (remembered.size >= maxRemembered) remembered.clear();
      remembered.set(key, found);
      return found;
    },
  };
}

/** The most specific first: the longest text before the first `*`, then the one with a method; then fewer stars, the longer one. */
function inOrder(routes: readonly Route[], reading: (text: string, last: boolean) => string): readonly Row[] {
  return routes
    .map((route) => {
      const parts = route.pattern.split('*');
      return { route, parts: parts.map((part, at) => reading(decodePath(part) ?? part, at === parts.length - 1)) };
    })
    .sort(
      (a, b) =>
        (b.parts[0]?.length ?? 0) - (a.parts[0]?.length ?? 0) ||
        Number(a.route.method === '*') - Number(b.route.method === '*') ||
        a.parts.length - b.parts.length ||
        b.route.pattern.length - a.route.pattern.length ||
        a.route.at - b.route.at,
    );
}

function firstMatch(rows: readonly Row[], method: string, text: string): Route | null {
  for (const { route, parts } of rows) {
    if ((route.method === '*' || route.method === method) && matches(parts, text)) return route;
  }
  return null;
}

/** `parts` are what stands between the stars. Linear: each is taken where it is found first, the last one at the end. */
function matches(parts: readonly string[], text: string): boolean {
  const first = parts[0] ?? '';
  if (parts.length === 1) return text === first;
  const last = parts[parts.length - 1] ?? '';
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, from);
    if (found === -1) return false;
    from = found + part.length;
  }
  return from + last.length <= text.length;
}

/** As a server reads it that knows no capitals, no path parameters and, in the last part, no slash at the end. */
function looseText(text: string, last = true): string {
  const plain = text.replace(/;[^/]*/g, '').toLowerCase();
  return last && plain.length > 1 && plain.endsWith('/') ? plain.slice(0, -1) : plain;
}
