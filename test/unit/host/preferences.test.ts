import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type LogSink, silentLog } from '../../../src-main/base/log-sink.ts';
import { openPreferences } from '../../../src-main/host/preferences.ts';
import type { Preferences } from '../../../src-shared/contract/index.ts';

const home = () => mkdtempSync(join(tmpdir(), 'groat-preferences-'));
const defaults: Preferences = {
  welcomed: false,
  notifications: 'attention',
  startAtLogin: false,
  dockIcon: false,
  walletCeiling: 'none',
};

test('what was set is there after a restart, in a file of the owner’s own', async () => {
  const where = home();
  const book = openPreferences(where, silentLog);
  expect(book.show()).toEqual(defaults);
  await Promise.all([book.set({ welcomed: true }), book.set({ walletCeiling: '25.5' }), book.set({})]);
  const again = openPreferences(where, silentLog);
  expect(again.show()).toEqual({ ...defaults, welcomed: true, walletCeiling: '25.5' });
  expect(again.ceiling()).toBe(25_500_000n);
  if (process.platform !== 'win32') expect(statSync(join(where, 'preferences.json')).mode & 0o777).toBe(0o600);
});

test.each([
  ['no JSON', '{'],
  ['no object', 'null'],
  ['a setting of another shape', '{"welcomed":"yes"}'],
  ['a ceiling below zero', '{"walletCeiling":"-1"}'],
  ['a ceiling finer than money is', '{"walletCeiling":"0.0000001"}'],
])('a file with %s gives the defaults and a warning, and keeps nothing from starting', (_, text) => {
  const where = home();
  writeFileSync(join(where, 'preferences.json'), text);
  const warned: string[] = [];
  const log: LogSink = { ...silentLog, warn: (event) => void warned.push(event) };
  expect(openPreferences(where, log).show()).toEqual(defaults);
  expect(warned).toEqual(['preferences.json cannot be read; the defaults hold']);
});

test('what an older Groat wrote keeps its values and gets the defaults of what it did not know', () => {
  const where = home();
  writeFileSync(join(where, 'preferences.json'), '{"dockIcon":true}');
  expect(openPreferences(where, silentLog).show()).toEqual({ ...defaults, dockIcon: true });
});

test('a ceiling that is no amount is refused, and neither kept nor told', async () => {
  const where = home();
  const book = openPreferences(where, silentLog);
  const told: Preferences[] = [];
  const end = book.onChanged((now) => void told.push(now));
  await expect(book.set({ walletCeiling: '-1' })).rejects.toMatchObject({ code: 'amount-invalid' });
  expect(book.ceiling()).toBeNull();
  await book.set({ dockIcon: true });
  end();
  await book.set({ dockIcon: false });
  expect(told).toEqual([{ ...defaults, dockIcon: true }]);
  expect(JSON.parse(readFileSync(join(where, 'preferences.json'), 'utf8'))).toEqual(defaults);
});
