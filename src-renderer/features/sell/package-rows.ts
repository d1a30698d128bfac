import type { PrepaidPackage } from '../../../src-shared/contract/index.ts';
import { compareDecimals, divideDecimal, typedDollars } from '../../ui/money.ts';
import { isFree } from './route-rows.ts';

/** A package as it is typed. `id` is null until it has one: what was sold once keeps its id. */
export interface PackageRow {
  readonly key: string;
  readonly id: string | null;
  readonly name: string;
  readonly calls: string;
  readonly days: string;
  readonly price: string;
}

export const packageRows = (packages: readonly PrepaidPackage[]): readonly PackageRow[] =>
  packages.map(({ id, name, calls, days, price }, at) => ({
    key: `package${at}`,
    id,
    name,
    calls: String(calls),
    days: String(days),
    price,
  }));

const count = (text: string, most: number): number | null => {
  const plain = text.replaceAll(/[\s,_]/g, '');
  const value = /^\d{1,8}$/.test(plain) ? Number(plain) : 0;
  return value >= 1 && value <= most ? value : null;
};

/** What is wrong with a row, by its field. */
export function packageProblems({ name, calls, days, price }: PackageRow): {
  readonly [F in 'name' | 'calls' | 'days' | 'price']: string | null;
} {
  const sum = typedDollars(price);
  return {
    name: name.trim() === '' || name.trim().length > 60 ? 'A name, at most 60 letters' : null,
    calls: count(calls, 10_000_000) === null ? 'A whole number' : null,
    days: count(days, 3650) === null ? '1 to 3650' : null,
    price: sum === null || isFree(sum) ? 'A sum such as 1.50' : null,
  };
}

/** The rows as a shop is asked for with them; null while one of them cannot be meant. New ones get an id that tells them. */
export function packagesOf(rows: readonly PackageRow[]): PrepaidPackage[] | null {
  const taken = new Set(rows.flatMap(({ id }) => (id === null ? [] : [id])));
  const packages: PrepaidPackage[] = [];
  for (const row of rows) {
    const [calls, days, price] = [count(row.calls, 10_000_000), count(row.days, 3650), typedDollars(row.price)];
    if (calls === null || days === null || price === null) return null;
    if (Object.values(packageProblems(row)).some((problem) => problem !== null)) return null;
    const id = row.id ?? newId(`p${days}d_${calls}`, taken);
    taken.add(id);
    packages.push({ id, name: row.name.trim(), calls, days, price });
  }
  return packages;
}

function newId(wanted: string, taken: ReadonlySet<string>): string {
  for (let at = 1; ; at += 1) {
    const id = at === 1 ? wanted : `${wanted}-${at}`;
    if (!taken.has(id)) return id;
  }
}

/** What a call of a package costs, and whether it is less than one that is paid by itself. */
export function eachCall(
  { price, calls }: Pick<PrepaidPackage, 'price' | 'calls'>,
  single: string | null,
): { readonly price: string; readonly cheaper: boolean | null } {
  const each = divideDecimal(price, calls);
  return { price: each, cheaper: single === null || isFree(single) ? null : compareDecimals(each, single) < 0 };
}
