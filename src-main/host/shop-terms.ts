import { isIP } from 'node:net';
import { isAddress } from '@solana/kit';
import type { ShopWish } from '../../src-shared/contract/index.ts';
import { GroatError } from '../../src-shared/errors/index.ts';
import { type Network, parseDecimal } from '../../src-shared/model/index.ts';
import { defaultLimits, type ShopPlan, usualPackages } from '../gateway/index.ts';

const loopback: readonly string[] = ['127.0.0.1', '::1'];

/**
 * The plan that a wish comes to: what it leaves out is what the shop was before, or for a new one the default. Throws
 * `shop-invalid`, `amount-invalid` and `address-invalid` for what cannot be a shop.
 */
export function planOf(wish: ShopWish, before: ShopPlan | null, network: Network, now: number): ShopPlan {
  const { name, target, price } = wish;
  const base = before ?? newPlan(network, now);
  const isPrepaid = wish.prepaid ?? (wish.packages !== undefined || base.packages !== null);
  const plan: ShopPlan = {
    ...base,
    name,
    target,
    price,
    routes: wish.routes ?? base.routes,
    host: wish.host === 'localhost' ? '127.0.0.1' : (wish.host ?? base.host),
    port: wish.port ?? base.port,
    description: wish.description ?? base.description,
    dialects: wish.dialects ?? base.dialects,
    packages: isPrepaid ? (wish.packages ?? base.packages ?? usualPackages) : null,
    flow: wish.flow ?? base.flow,
    facilitator: wish.facilitator === undefined ? base.facilitator : wish.facilitator,
    payTo: wish.payTo === undefined ? base.payTo : wish.payTo,
    limits: { ...base.limits, ...definedOf(wish.limits ?? {}) },
    open: true,
  };
  refuseContradictions(plan, network);
  return plan;
}

/**
 * What of a plan is the owner's to say and was not said before; null where anybody who runs the shop may. `till` is where
 * the money goes unless the plan says otherwise.
 */
export function ownersPart(plan: ShopPlan, before: ShopPlan | null, network: Network, till: string): string | null {
  if (network.playMoney) return null;
  const payee = (one: ShopPlan | null) => one?.payTo ?? till;
  if (payee(plan) !== payee(before)) return 'a shop that pays another address than the till';
  if (plan.facilitator !== null && plan.facilitator !== before?.facilitator)
    return 'a shop that leaves settling to somebody else';
  if (!loopback.includes(plan.host) && plan.host !== before?.host) return 'a shop that other machines can reach';
  if (network.name === 'mainnet' && takesOpen402(plan) && (before === null || !takesOpen402(before)))
    return 'taking open402 payments on mainnet';
  return null;
}

export function urlOf({ host, port }: Pick<ShopPlan, 'host' | 'port'>): string {
  return `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

const takesOpen402 = ({ dialects }: ShopPlan) => dialects.includes('open402');

function newPlan({ name }: Network, now: number): Omit<ShopPlan, 'name' | 'target' | 'price'> {
  return {
    host: '127.0.0.1',
    port: 0,
    routes: [],
    description: '',
    // Whoever sees an open402 payment on the chain first can present it: only where there is nothing to lose.
    dialects: name === 'mainnet' ? ['x402-v2', 'x402-v1'] : ['x402-v2', 'x402-v1', 'open402'],
    packages: null,
    flow: 'after',
    facilitator: null,
    payTo: null,
    proofOfAgent: 'none',
    limits: defaultLimits,
    open: true,
    createdAt: now,
  };
}

function refuseContradictions(plan: ShopPlan, network: Network): void {
  const { name: shop, host, payTo, routes, packages, dialects, target } = plan;
  const refuse = (problem: string) => new GroatError('shop-invalid', { shop, problem });
  const dollars = (text: string) => parseDecimal(text, network.usdc.decimals);
  if (isIP(host) === 0) throw refuse('it must listen on an IP address of this machine, such as 127.0.0.1');
  if (payTo !== null && !isAddress(payTo)) throw new GroatError('address-invalid', { text: payTo });
  const { username, password, search, hash } = new URL(target);
  if (username !== '' || password !== '')
    throw refuse('the target’s URL holds a password, which its price list would show');
  if (search !== '' || hash !== '')
    throw refuse('the target’s URL has a query or a fragment, which no request would carry');
  const prices = [plan.price, ...routes.map(({ price }) => price)].map(dollars);
  if (!prices.some((price) => price > 0n)) throw refuse('nothing in it has a price above zero');
  if (new Set(routes.map(({ method, path }) => `${method} ${path}`)).size < routes.length)
    throw refuse('one route has two prices');
  if (new Set(dialects).size < dialects.length) throw refuse('one dialect is named twice');
  if (packages !== null && new Set(packages.map(({ id }) => id)).size < packages.length)
    throw refuse('two packages have one id');
  if (packages !== null && packages.length === 0) throw refuse('prepaid needs at least one package');
  if (packages?.some(({ price }) => dollars(price) === 0n)) throw refuse('a package must cost something');
}

function definedOf<T extends object>(change: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  // What is left out of a change says nothing; `undefined` in a spread would.
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
