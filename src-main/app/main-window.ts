import { writeFile } from 'node:fs/promises';
import type { BrowserWindow } from 'electron';
import type { LogSink } from '../base/log-sink.ts';
import type { ElectronParts } from './electron-parts.ts';
import { screenUrl } from './routes.ts';
import { openLockedWindow } from './window-locks.ts';
import { readWindowState, smallestWindow, type WindowState, windowBounds } from './window-state.ts';

export interface MainWindow {
  /** Opens it or brings it to the front; null: on the page where it is. */
  show(route: string | null): void;
  /** Null before it was first shown. */
  current(): BrowserWindow | null;
  /** From now on closing closes: Groat is leaving. */
  leave(): void;
}

const keepAfterMs = 500;

/**
 * The window with all the screens. Closing it puts it away and Groat goes on in the tray; with `staysInTaskbar` it is made
 * small instead, for desktops that hide tray icons.
 */
export function createMainWindow(deps: {
  readonly electron: ElectronParts;
  readonly preload: string;
  /** Where its place and size are kept. */
  readonly stateFile: string;
  readonly icon: string;
  readonly platform: NodeJS.Platform;
  readonly staysInTaskbar: () => boolean;
  readonly onVisible: (visible: boolean) => void;
  /** True while the keyboard must stay where it is: the owner answers, perhaps with the PIN, in another window of ours. */
  readonly keyboardTaken: () => boolean;
  readonly log: LogSink;
}): MainWindow {
  const { electron, preload, stateFile, platform, log } = deps;
  let window: BrowserWindow | null = null;
  let leaving = false;
  let keeping: NodeJS.Timeout | null = null;

  const keep = (): void => {
    if (window === null || window.isDestroyed()) return;
    const state: WindowState = { ...window.getNormalBounds(), maximized: window.isMaximized() };
    writeFile(stateFile, JSON.stringify(state), { mode: 0o600 }).catch((error) =>
      log.debug('the place of the window could not be kept', { error }),
    );
  };
  const keepSoon = (): void => {
    if (keeping !== null) clearTimeout(keeping);
    keeping = setTimeout(keep, keepAfterMs).unref();
  };

  const bringUp = (shown: BrowserWindow): void => {
    if (deps.keyboardTaken()) {
      shown.showInactive();
      return;
    }
    if (shown.isMinimized()) shown.restore();
    shown.show();
    shown.focus();
  };

  const open = (route: string): BrowserWindow => {
    const state = readWindowState(stateFile);
    const screens = electron.screen.getAllDisplays().map(({ workArea }) => workArea);
    const opened = openLockedWindow(electron, preload, {
      ...windowBounds(state, screens),
      minWidth: smallestWindow.width,
      minHeight: smallestWindow.height,
      title: 'Groat',
      show: false,
      autoHideMenuBar: true,
      backgroundColor: electron.nativeTheme.shouldUseDarkColors ? '#12161b' : '#ffffff',
      ...(platform === 'linux' ? { icon: deps.icon } : {}),
    });
    if (state?.maximized === true) opened.maximize();
    opened.once('ready-to-show', () => bringUp(opened));
    opened.on('resize', keepSoon);
    opened.on('move', keepSoon);
    opened.on('show', () => deps.onVisible(true));
    opened.on('hide', () => deps.onVisible(false));
    opened.on('close', (event) => {
      keep();
      if (leaving) return;
      event.preventDefault();
      if (deps.staysInTaskbar() && platform !== 'darwin') opened.minimize();
      else opened.hide();
    });
    opened.on('closed', () => {
      window = null;
      deps.onVisible(false);
    });
    void opened.loadURL(screenUrl(route)).catch((error) => log.error('the screens could not be opened', { error }));
    return opened;
  };

  return {
    current: () => window,
    show(route) {
      if (window === null || window.isDestroyed()) {
        window = open(route ?? '/');
        return;
      }
      const url = route === null ? null : screenUrl(route);
      // The same page with another route is no navigation, and keeps what was typed elsewhere on it.
      if (url !== null && url !== window.webContents.getURL()) {
        void window.loadURL(url).catch((error) => log.warn('the screens could not be opened', { error }));
      }
      bringUp(window);
    },
    leave() {
      leaving = true;
    },
  };
}
