import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { gzipTotal, readFirstLoad } from '../../../tools/build/first-load.ts';
import { built } from './built.ts';

const renderer = () => join(built(), 'renderer');

describe('the screens as built', () => {
  test('paint first with at most 180 kB of script (gzip)', () => {
    const { initial } = readFirstLoad(renderer());
    expect(gzipTotal(initial)).toBeGreaterThan(20_000);
    expect(gzipTotal(initial)).toBeLessThanOrEqual(180_000);
  });

  test('load charts only when they are looked at', () => {
    const { initial, lazy } = readFirstLoad(renderer());
    const charts = /recharts-/;
    expect(initial.filter(({ text }) => charts.test(text)).map(({ file }) => file)).toEqual([]);
    expect(lazy.filter(({ text }) => charts.test(text))).not.toEqual([]);
  });

  test('need no inline script and nothing from another address', () => {
    const page = readFileSync(join(renderer(), 'index.html'), 'utf8');
    for (const [, attributes = '', inside = ''] of page.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)) {
      expect(attributes).toMatch(/ src="\.\//);
      expect(inside).toBe('');
    }
    expect(page).not.toMatch(/<style| style=| on\w+=/);
    expect([...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address)).toSatisfy(
      (addresses: string[]) => addresses.every((address) => address.startsWith('./')),
    );
  });

  test('carry no source map and no source', () => {
    const files = readdirSync(renderer(), { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => /\.(map|tsx?)$/.test(file))).toEqual([]);
  });
});

describe('the list of licences', () => {
  const list = () =>
    z
      .strictObject({
        packages: z.array(
          z.strictObject({
            name: z.string().min(1),
            version: z.string().regex(/^\d/),
            licence: z.string().min(2),
            repository: z.url({ protocol: /^https$/ }).nullable(),
          }),
        ),
      })
      .parse(JSON.parse(readFileSync(join(renderer(), 'licences.json'), 'utf8'))).packages;

  test('names what the screens and the host are made of, and Electron', () => {
    const names = list().map(({ name }) => name);
    for (const name of [
      'react',
      '@mantine/core',
      'zod',
      '@solana/kit',
      'better-sqlite3',
      '@github/keytar',
      'electron',
    ]) {
      expect(names).toContain(name);
    }
  });

  test('names nothing that only the workshop uses', () => {
    const names = list().map(({ name }) => name);
    for (const name of ['vitest', 'typescript', 'electron-builder', '@groat/node24', 'groat']) {
      expect(names).not.toContain(name);
    }
  });

  test('is in the order of names, each package once', () => {
    const keys = list().map(({ name, version }) => `${name}\0${version}`);
    expect(keys).toEqual([...new Set(keys)].sort());
  });

  test('has the notices themselves beside it', () => {
    const notices = readFileSync(join(renderer(), 'licences.txt'), 'utf8');
    for (const { name, version } of list()) expect(notices).toContain(`# ${name} ${version} (`);
    expect(notices).toContain('Permission is hereby granted, free of charge');
  });
});
