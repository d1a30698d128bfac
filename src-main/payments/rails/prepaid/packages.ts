import { address, isAddress } from '@solana/kit';
import { z } from 'zod';
import { prepaidPackage } from '../../../../src-shared/contract/index.ts';
import { type Asset, type Atomic, parseDecimal } from '../../../../src-shared/model/index.ts';
import { type PrepaidForm, prepaidForms } from './ports.ts';

/** One package as its seller offers it, bounded. */
export interface OfferedPackage {
  readonly id: string;
  readonly name: string;
  readonly calls: number;
  readonly days: number;
  readonly price: Atomic;
  readonly forms: readonly PrepaidForm[];
}

export interface OfferedPackages {
  /** Owner address that is to be paid. */
  readonly seller: string;
  readonly packages: readonly OfferedPackage[];
  /** What one call costs without; null where the seller does not say. */
  readonly perCall: Atomic | null;
}

const { id, name, calls, days } = prepaidPackage.shape;
/** Below what the store can hold. */
const decimalText = z.string().regex(/^(0|[1-9]\d{0,11})(\.\d{1,6})?$/);
/** ag402 writes its prices as numbers. */
const price = z.union([decimalText, z.number().positive().max(1_000_000).transform(String).pipe(decimalText)]);

const listed = z
  .array(
    z.object({
      package_id: id,
      name,
      calls,
      days,
      price_usdc: price,
      token: z.string().max(64),
      seller_address: z.string().max(64),
      forms: z.array(z.string().max(32)).max(8).optional(),
    }),
  )
  .max(50);

/** ag402's body (its reference, section 6) with what ours says beyond it. What else a seller adds is not read. */
const answer = z.object({
  packages: listed,
  /** What is not sold in ag402's form. */
  groat_packages: listed.default([]),
  per_call: price.optional(),
});

/**
 * Null: it is no list of packages, or one that names several sellers or a token that is not `usdc`; nothing of such a list is
 * taken.
 */
export function readPackages(text: string, usdc: Asset): OfferedPackages | null {
  const found = answer.safeParse(json(text)).data;
  const all = found === undefined ? [] : [...found.packages, ...found.groat_packages];
  const [first] = all;
  if (found === undefined || first === undefined) return null;
  const seller = first.seller_address;
  if (!isAddress(seller)) return null;
  const known = new Set<string>();
  const packages: OfferedPackage[] = [];
  for (const one of all) {
    const ours = one.token === usdc.symbol || one.token === usdc.mint;
    const amount = parseDecimal(one.price_usdc, usdc.decimals);
    if (!ours || one.seller_address !== seller || amount === 0n || known.has(one.package_id)) return null;
    known.add(one.package_id);
    const forms = prepaidForms.filter((form) => one.forms?.includes(form) ?? form === 'ag402');
    packages.push({ id: one.package_id, name: one.name, calls: one.calls, days: one.days, price: amount, forms });
  }
  const perCall = found.per_call === undefined ? null : parseDecimal(found.per_call, usdc.decimals);
  return { seller: address(seller), packages, perCall };
}

/** Undefined for what is no JSON. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
