import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refusedSwitch, refusedSwitches } from '../../../src-main/app/launch-locks.ts';

const startedWith = (...names: readonly string[]) => ({ hasSwitch: (name: string) => names.includes(name) });

test.each([
  'remote-debugging-port',
  'remote-debugging-pipe',
  'remote-allow-origins',
  'renderer-cmd-prefix',
  'utility-cmd-prefix',
  'gpu-launcher',
  'browser-subprocess-path',
  'js-flags',
  'no-sandbox',
  'disable-web-security',
  'load-extension',
])('a start with --%s is refused, also among harmless switches', (name) => {
  expect(refusedSwitch(startedWith('lang', name, 'hidden'))).toBe(name);
});

test('a start with what the desktop and Groat itself pass is not refused', () => {
  expect(refusedSwitch(startedWith('hidden', 'demo', 'proxy-port', 'lang', 'ozone-platform'))).toBeNull();
});

test('no package starts Groat with what it refuses: an AppImage would by default', () => {
  const packing = readFileSync(join(import.meta.dirname, '..', '..', '..', 'electron-builder.yml'), 'utf8');
  expect(packing).toMatch(/^appImage:\n {2}executableArgs: \[\]$/m);
  for (const name of refusedSwitches) expect(packing).not.toMatch(new RegExp(`^[^#]*--${name}`, 'm'));
});
