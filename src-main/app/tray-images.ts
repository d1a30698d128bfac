import { join } from 'node:path';
import type { TrayLook } from './tray-state.ts';

/** Drawn counts end here; more is "9+". */
const mostDrawn = 9;

const drawn = (count: number): string => (count > mostDrawn ? `${mostDrawn}plus` : String(count));

/**
 * The picture for the tray. macOS gets one black on nothing that it colours itself, and the count as text beside it; the
 * others get the count drawn in, in ink that can be seen on their panel.
 */
export function trayImage(
  resources: string,
  { look, count }: { readonly look: TrayLook; readonly count: number },
  platform: NodeJS.Platform,
  onDark: boolean,
): string {
  if (platform === 'darwin') return join(resources, 'tray', 'mac', `${look}Template.png`);
  const folder = platform === 'win32' ? 'windows' : 'linux';
  const name = look === 'waiting' && count > 0 ? `waiting-${drawn(count)}` : look;
  return join(resources, 'tray', folder, `${name}-${onDark ? 'dark' : 'light'}.png`);
}

/** What lies over the taskbar's icon on Windows while somebody is asked. */
export function overlayImage(resources: string, count: number): string {
  return join(resources, 'tray', 'overlay', `${drawn(count)}.png`);
}
