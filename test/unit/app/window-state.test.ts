import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cornerBounds, readWindowState, windowBounds } from '../../../src-main/app/window-state.ts';

const laptop = { x: 0, y: 25, width: 1440, height: 875 };
const beside = { x: 1440, y: 0, width: 1920, height: 1080 };
const at = (x: number, y: number, width = 900, height = 600) => ({ x, y, width, height, maximized: false });

test('opens where it was while that is on a screen', () => {
  expect(windowBounds(at(1600, 100), [laptop, beside])).toEqual({ x: 1600, y: 100, width: 900, height: 600 });
  expect(windowBounds(at(-700, 100), [laptop])).toEqual({ x: -700, y: 100, width: 900, height: 600 });
});

test.each([
  ['its screen is gone', at(1600, 100), [laptop]],
  ['only a strip of it would show', at(-800, 100), [laptop]],
  ['its title would lie above the screen', at(100, 0), [laptop]],
  ['it was never open', null, [laptop]],
] as const)('opens in its usual size in the middle when %s', (_why, state, screens) => {
  expect(windowBounds(state, screens)).toEqual({ width: 1180, height: 800 });
});

test('is never larger than its screen', () => {
  expect(windowBounds(at(10, 30, 3000, 2000), [laptop])).toEqual({ x: 10, y: 30, width: 1440, height: 875 });
  expect(windowBounds(null, [{ x: 0, y: 0, width: 800, height: 500 }])).toEqual({ width: 800, height: 500 });
});

test.each([
  '',
  'null',
  '{"x":0}',
  '{"x":0,"y":0,"width":1,"height":1,"maximized":false}',
  '{"x":0,"y":0,"width":1e9,"height":700,"maximized":false}',
  '{"x":"0","y":0,"width":700,"height":700,"maximized":false}',
  '{"x":0,"y":0,"width":700,"height":700,"maximized":false,"preload":"/evil"}',
])('a file that says %j is as good as none', (text) => {
  const file = join(mkdtempSync(join(tmpdir(), 'groat-window-')), 'window.json');
  expect(readWindowState(file)).toBeNull();
  writeFileSync(file, text);
  expect(readWindowState(file)).toBeNull();
});

test('the small window lies in the corner, whole, also on a small screen', () => {
  expect(cornerBounds(laptop, { width: 440, height: 640 })).toEqual({ x: 984, y: 244, width: 440, height: 640 });
  expect(cornerBounds({ x: 0, y: 0, width: 400, height: 500 }, { width: 440, height: 640 })).toEqual({
    x: 0,
    y: 0,
    width: 400,
    height: 500,
  });
});
