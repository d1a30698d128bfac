import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cruiseHouse } from './import-rules.ts';
import { rooms } from './rooms.ts';

const root = join(import.meta.dirname, '..', '..');

test('every import follows an arrow of the house, and no import cycle stands', async () => {
  const { modules, violations } = await cruiseHouse(root);
  expect(modules).toBeGreaterThan(20);
  expect(violations).toEqual([]);
});

test('the check fails on a wrong arrow, a type-only one, a side door, a cycle, a screen in another, electron and Node in shared code', async () => {
  const { violations } = await cruiseHouse(join(import.meta.dirname, 'fixture'));
  const found = violations
    .map(({ rule, from, to }) => `${rule} | ${from} -> ${to.replace(/^.*node_modules\//, '')}`)
    .sort();
  expect(found).toEqual([
    'a room is entered by its front door | src-main/proxy/index.ts -> src-main/chain/types.ts',
    'a room is entered by its front door | src-main/wallet/order.ts -> src-main/policy/limits.ts',
    'a screen knows no other screen | src-renderer/features/log/log.ts -> src-renderer/features/sell/sell.ts',
    'arrow: src-main/gateway | src-main/gateway/index.ts -> src-main/proxy/index.ts',
    'arrow: src-main/proxy | src-main/proxy/index.ts -> src-main/chain/types.ts',
    'arrow: src-renderer | src-renderer/view.ts -> src-main/policy/index.ts',
    'arrow: src-renderer/ui | src-renderer/ui/button.ts -> src-renderer/features/sell/sell.ts',
    'no cycle | src-main/wallet/entry.ts -> src-main/wallet/order.ts',
    'only src-main/app imports electron | src-main/wallet/entry.ts -> electron/index.js',
    'src-shared and src-renderer stay free of Node | src-shared/model/clock.ts -> fs',
  ]);
});

test('every folder of the house is a room with arrows', () => {
  const folders = ['src-main', 'src-shared'].flatMap((top) =>
    readdirSync(join(root, top), { withFileTypes: true }).map((entry) => {
      expect(entry.isDirectory(), `${top}/${entry.name} lies outside every room`).toBe(true);
      return `${top}/${entry.name}`;
    }),
  );
  const known = rooms.map((room) => room.folder);
  expect(folders.filter((folder) => !known.includes(folder))).toEqual([]);
});
