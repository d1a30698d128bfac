import type { BrowserWindow } from 'electron';
import type { DeskPicture } from './desk-model.ts';
import type { ElectronParts } from './electron-parts.ts';
import { overlayImage } from './tray-images.ts';

export interface Presence {
  show(picture: DeskPicture): void;
  windowVisible(visible: boolean): void;
}

/**
 * The second sign of life, for desktops that hide tray icons: the count of what waits on the icon in Dock or taskbar. On
 * macOS Groat is in the Dock while its window is open, or always where the owner wants that.
 */
export function createPresence(deps: {
  readonly electron: Pick<ElectronParts, 'app' | 'nativeImage'>;
  readonly resources: string;
  readonly platform: NodeJS.Platform;
  readonly mainWindow: () => BrowserWindow | null;
}): Presence {
  const { electron, resources, platform, mainWindow } = deps;
  const { app, nativeImage } = electron;
  let counted = 0;
  let wanted = false;
  let visible = false;
  let docked: boolean | null = null;

  const dock = (): void => {
    const next = wanted || visible;
    if (platform !== 'darwin' || next === docked) return;
    docked = next;
    if (next) void app.dock?.show();
    else app.dock?.hide();
  };

  return {
    show({ status, preferences }) {
      const count = status?.waiting ?? 0;
      if (count !== counted) {
        if (platform === 'win32') {
          const image = count === 0 ? null : nativeImage.createFromPath(overlayImage(resources, count));
          mainWindow()?.setOverlayIcon(image, count === 0 ? '' : `${count} wait for you`);
        } else {
          app.setBadgeCount(count);
        }
      }
      counted = count;
      wanted = preferences.dockIcon;
      dock();
    },
    windowVisible(now) {
      visible = now;
      dock();
    },
  };
}
