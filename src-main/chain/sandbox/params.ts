import { fromBase58 } from './base58.ts';
import { invalidParams } from './rpc-error.ts';

/** A request's positional parameters, parsed as they are read. Every reader throws `invalidParams`. */
export class Params {
  readonly #values: readonly unknown[];

  constructor(values: readonly unknown[]) {
    this.#values = values;
  }

  text(index: number, what: string): string {
    const value = this.#values[index];
    if (typeof value !== 'string') throw invalidParams(`${what} must be a string`);
    return value;
  }

  address(index: number): Uint8Array {
    return parseBase58(this.#values[index], 32, 'an address');
  }

  signature(index: number): Uint8Array {
    return parseBase58(this.#values[index], 64, 'a signature');
  }

  /** A whole number from 0 to 2^53-1. */
  integer(index: number, what: string): number {
    return parseCount(this.#values[index], what);
  }

  list(index: number, what: string, most: number): readonly unknown[] {
    const value = this.#values[index];
    if (!Array.isArray(value) || value.length > most) throw invalidParams(`${what} must be a list of at most ${most}`);
    return value;
  }

  options(index: number): Options {
    return new Options(this.#values[index] ?? {});
  }

  /** The `minContextSlot` of whichever options object asks for one; else 0. */
  minContextSlot(): number {
    const floors = this.#values.flatMap((value) =>
      typeof value === 'object' && value !== null && 'minContextSlot' in value ? [value.minContextSlot ?? 0] : [],
    );
    return Math.max(0, ...floors.map((floor) => parseCount(floor, 'minContextSlot')));
  }
}

/** An object of named options; what is absent or null reads as null. */
export class Options {
  readonly #fields: ReadonlyMap<string, unknown>;

  constructor(value: unknown) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw invalidParams('the options must be an object');
    }
    this.#fields = new Map(Object.entries(value));
  }

  flag(name: string): boolean {
    const value = this.#fields.get(name) ?? false;
    if (typeof value !== 'boolean') throw invalidParams(`${name} must be true or false`);
    return value;
  }

  integer(name: string): number | null {
    const value = this.#fields.get(name) ?? null;
    return value === null ? null : parseCount(value, name);
  }

  choice<const T extends string>(name: string, choices: readonly T[]): T | null {
    const value = this.#fields.get(name) ?? null;
    const found = choices.find((choice) => choice === value);
    if (value !== null && found === undefined) throw invalidParams(`${name} must be one of ${choices.join(', ')}`);
    return found ?? null;
  }

  address(name: string): Uint8Array | null {
    const value = this.#fields.get(name) ?? null;
    return value === null ? null : parseBase58(value, 32, name);
  }

  signature(name: string): Uint8Array | null {
    const value = this.#fields.get(name) ?? null;
    return value === null ? null : parseBase58(value, 64, name);
  }

  list(name: string, most: number): readonly unknown[] {
    return new Params([this.#fields.get(name) ?? []]).list(0, name, most);
  }

  options(name: string): Options | null {
    const value = this.#fields.get(name) ?? null;
    return value === null ? null : new Options(value);
  }
}

export function parseBase58(value: unknown, size: number, what: string): Uint8Array {
  const bytes = typeof value === 'string' ? fromBase58(value, size) : null;
  if (bytes?.length !== size) throw invalidParams(`${what} must be ${size} bytes in base58`);
  return bytes;
}

/** From 0 to 2^53-1. A bigint comes only from this process: kit passes slots as such. */
function parseCount(value: unknown, what: string): number {
  const count = typeof value === 'bigint' ? Number(value) : value;
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0) {
    throw invalidParams(`${what} must be a whole number`);
  }
  return count;
}
