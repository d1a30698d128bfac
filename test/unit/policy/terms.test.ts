import { expect, test } from 'vitest';
import { encode } from '../../../src-main/policy/index.ts';
import { cap, countCap, delegationSchema } from '../../../src-main/policy/terms.ts';
import { maxAtomic } from '../../../src-shared/model/index.ts';
import { delegation } from '../../support/facts.ts';

test('a sum is digits or the word none; everything else is no limit that could be read', () => {
  expect(cap.parse('0')).toBe(0n);
  expect(cap.parse('none')).toBeNull();
  expect(cap.parse(maxAtomic.toString())).toBe(maxAtomic);
  const bad = ['', ' ', '-1', '1.5', '1e3', '01', 'NaN', 'Infinity', 'unlimited', (maxAtomic + 1n).toString()];
  for (const text of [...bad, 5, 5n, null, undefined, Number.NaN, {}, []])
    expect(cap.safeParse(text).success, String(text)).toBe(false);
  for (const count of ['', '5', -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, null, undefined])
    expect(countCap.safeParse(count).success, String(count)).toBe(false);
});

const stored = () => JSON.parse(JSON.stringify(encode(delegation('bot', '@desk'))));

test('what was written down is read as it was', () => {
  expect(delegationSchema.parse(stored())).toEqual(delegation('bot', '@desk'));
});

test('a field that is missing, empty or unknown anywhere in a delegation makes all of it unreadable', () => {
  const paths: string[][] = [];
  const walk = (value: unknown, path: string[]): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    for (const [key, inner] of Object.entries(value)) {
      paths.push([...path, key]);
      walk(inner, [...path, key]);
    }
  };
  walk(stored(), []);
  expect(paths.length).toBeGreaterThan(30);
  const broken = (path: readonly string[], change: (holder: Record<string, unknown>, key: string) => void) => {
    const copy = stored();
    const holder = path.slice(0, -1).reduce((inner, key) => inner[key], copy);
    change(holder, path.at(-1) ?? '');
    return delegationSchema.safeParse(copy).success;
  };
  for (const path of paths) {
    const name = path.join('.');
    expect(
      broken(path, (holder, key) => delete holder[key]),
      `without ${name}`,
    ).toBe(false);
    expect(
      broken(path, (holder, key) => Object.assign(holder, { [`${key}2`]: 1 })),
      `beside ${name}`,
    ).toBe(false);
    expect(
      broken(path, (holder, key) => Object.assign(holder, { [key]: {} })),
      `empty ${name}`,
    ).toBe(false);
    expect(
      broken(path, (holder, key) => Object.assign(holder, { [key]: Number.NaN })),
      `NaN ${name}`,
    ).toBe(false);
  }
});
