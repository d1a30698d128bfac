/**
 * Draws every picture in resources/ from its SVG: `node tools/icons.ts [path to a Chromium]`. Run by hand after an SVG has
 * changed; the pictures are committed, so that nobody needs a browser to build Groat.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chromium } from '@playwright/test';

const resources = join(import.meta.dirname, '..', 'resources');
const svg = (name: string): string => readFileSync(join(resources, 'tray', 'svg', `${name}.svg`), 'utf8');

const looks = ['idle', 'paying', 'waiting', 'paused', 'breaker', 'problem'] as const;
type Look = (typeof looks)[number];
type Theme = 'light' | 'dark';

/** What can be told apart on a light and on a dark panel, also without colours: every look has a sign of its own. */
const ink: Record<Theme, string> = { light: '#1f2933', dark: '#f4f6f8' };
const badge: Record<Look, Record<Theme, string>> = {
  idle: { light: '#1f2933', dark: '#f4f6f8' },
  paying: { light: '#0b7a4b', dark: '#4ade9a' },
  waiting: { light: '#b45309', dark: '#fbbf24' },
  paused: { light: '#44515f', dark: '#cbd3dc' },
  breaker: { light: '#c2410c', dark: '#fb923c' },
  problem: { light: '#c81e1e', dark: '#ff7b72' },
};
const counts = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '9+'];
/** CSS pixels of the panel's icon; each is drawn for sharper screens too. */
const platforms = { windows: 16, linux: 24 } as const;

const browser = await chromium.launch({ executablePath: process.argv[2] ?? '/usr/bin/chromium' });
const page = await browser.newPage();

async function draw(source: string, size: number, colours: Record<string, string>, margin = 0): Promise<Buffer> {
  const variables = Object.entries(colours).map(([name, colour]) => `--${name}:${colour}`);
  await page.setViewportSize({ width: size, height: size });
  const style = `*{margin:0}svg{display:block;width:${size - 2 * margin}px;height:${size - 2 * margin}px;margin:${margin}px}`;
  await page.setContent(`<style>:root{${variables.join(';')}}${style}</style>${source}`);
  return await page.screenshot({ omitBackground: true });
}

function keep(file: string, bytes: Uint8Array): void {
  const path = join(resources, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

async function drawScaled(file: string, source: string, size: number, colours: Record<string, string>): Promise<void> {
  keep(`${file}.png`, await draw(source, size, colours));
  keep(`${file}@2x.png`, await draw(source, size * 2, colours));
}

const counted = (name: string, count: string): string =>
  svg(name)
    .replace('{count}', count)
    .replace('{size}', count.length > 1 ? '10' : '13');
const fileName = (count: string): string => count.replace('+', 'plus');

for (const look of looks) {
  await drawScaled(`tray/mac/${look}Template`, svg(look), 18, { ink: '#000', badge: '#000' });
  for (const [platform, size] of Object.entries(platforms)) {
    for (const theme of ['light', 'dark'] as const) {
      const colours = { ink: ink[theme], badge: badge[look][theme] };
      await drawScaled(`tray/${platform}/${look}-${theme}`, svg(look), size, colours);
      if (look !== 'waiting') continue;
      for (const count of counts) {
        const file = `tray/${platform}/waiting-${fileName(count)}-${theme}`;
        await drawScaled(file, counted('waiting-count', count), size, colours);
      }
    }
  }
}
for (const count of counts) {
  await drawScaled(`tray/overlay/${fileName(count)}`, counted('overlay', count), 16, { badge: '#b45309' });
}

const appIcon = readFileSync(join(resources, 'icon.svg'), 'utf8');
const drawIcon = (size: number, margin = 0): Promise<Buffer> => draw(appIcon, size, {}, margin);
keep('icon.png', await drawIcon(1024));
const icoSizes = [16, 24, 32, 48, 64, 128, 256];
const icoImages: [number, Buffer][] = [];
for (const size of icoSizes) icoImages.push([size, await drawIcon(size)]);
keep('icon.ico', ico(icoImages));
/** macOS's icons leave a tenth of their square free all around. */
const icnsTypes = {
  icp4: 16,
  icp5: 32,
  icp6: 64,
  ic07: 128,
  ic08: 256,
  ic09: 512,
  ic10: 1024,
  ic11: 32,
  ic12: 64,
  ic13: 256,
  ic14: 512,
};
const icnsImages: [string, Buffer][] = [];
for (const [type, size] of Object.entries(icnsTypes))
  icnsImages.push([type, await drawIcon(size, Math.round(size * 0.098))]);
keep('icon.icns', icns(icnsImages));
await browser.close();

/** An icon file of Windows: a table, then the pictures as they are (PNG inside since Vista). */
function ico(images: readonly (readonly [number, Buffer])[]): Buffer {
  const head = Buffer.alloc(6 + 16 * images.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  images.forEach(([size, bytes], index) => {
    const at = 6 + 16 * index;
    // 256 is written as 0.
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(bytes.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += bytes.length;
  });
  return Buffer.concat([head, ...images.map(([, bytes]) => bytes)]);
}

/** An icon file of macOS: four letters and a length before each picture. */
function icns(images: readonly (readonly [string, Buffer])[]): Buffer {
  const parts = images.map(([type, bytes]) => Buffer.concat([section(type, bytes.length), bytes]));
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([section('icns', length), ...parts]);
}

function section(type: string, length: number): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32BE(length + 8, 4);
  return head;
}
