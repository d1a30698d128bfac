import { readFileSync } from 'node:fs';
import type { Rectangle } from 'electron';
import { z } from 'zod';

const windowState = z.strictObject({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(400).max(20_000),
  height: z.number().int().min(480).max(20_000),
  maximized: z.boolean(),
});
/** Where the main window was, in device-independent pixels of the whole desktop. */
export type WindowState = z.infer<typeof windowState>;

export const smallestWindow = { width: 400, height: 480 } as const;
const usualSize = { width: 1180, height: 800 } as const;
/** So much of the window must lie on a screen that a person can take hold of it. */
const leastVisible = 120;

/** Null when there is none or it cannot be read: it is only a convenience. */
export function readWindowState(file: string): WindowState | null {
  try {
    return windowState.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/** Where to open the window: as it was, unless the screen that it was on is gone or has become smaller. */
export function windowBounds(state: WindowState | null, screens: readonly Rectangle[]): Partial<Rectangle> {
  if (state !== null) {
    const { x, y, width, height } = state;
    for (const screen of screens) {
      const across = Math.min(x + width, screen.x + screen.width) - Math.max(x, screen.x);
      const down = Math.min(y + height, screen.y + screen.height) - Math.max(y, screen.y);
      // Its title must not lie above the screen.
      if (across < leastVisible || down < leastVisible || y < screen.y) continue;
      return { x, y, width: Math.min(width, screen.width), height: Math.min(height, screen.height) };
    }
  }
  const [first] = screens;
  if (first === undefined) return usualSize;
  return { width: Math.min(usualSize.width, first.width), height: Math.min(usualSize.height, first.height) };
}

/** Bottom right of a screen, where notifications come too. */
export function cornerBounds(screen: Rectangle, size: { readonly width: number; readonly height: number }): Rectangle {
  const gap = 16;
  const width = Math.min(size.width, screen.width);
  const height = Math.min(size.height, screen.height);
  return {
    width,
    height,
    x: Math.max(screen.x, screen.x + screen.width - width - gap),
    y: Math.max(screen.y, screen.y + screen.height - height - gap),
  };
}
