import { InvalidArgumentError } from 'commander';
import type { RoutePrice, ShopWish } from '../../src-shared/contract/index.ts';
import { toDecimal } from './arguments.ts';

/** `GET /v1/* = 0.002`; without a method it is every method. */
export function toRoutePrice(text: string, before: readonly RoutePrice[]): readonly RoutePrice[] {
  const [whole, method = '*', path = '', price = ''] =
    /^\s*(?:([A-Za-z]{1,20}|\*)\s+)?(\/[^\s?#=]{0,255})\s*=\s*\$?(\S+)\s*$/.exec(text) ?? [];
  if (whole === undefined) throw new InvalidArgumentError('It must be like "GET /v1/* = 0.002".');
  return [...before, { method: method.toUpperCase(), path, price: toDecimal(price) }];
}

export function toFreePath(text: string, before: readonly string[]): readonly string[] {
  if (!/^\/[^\s?#]{0,255}$/.test(text)) throw new InvalidArgumentError('It must be a path such as /health.');
  return [...before, text];
}

type Dialect = NonNullable<ShopWish['dialects']>[number];
const dialects: readonly Dialect[] = ['x402-v2', 'x402-v1', 'open402'];

export function toDialect(text: string, before: readonly Dialect[]): readonly Dialect[] {
  const named = dialects.find((dialect) => dialect === text);
  if (named === undefined) throw new InvalidArgumentError(`It must be ${dialects.join(', ')}.`);
  return before.includes(named) ? before : [...before, named];
}
