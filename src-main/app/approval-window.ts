import type { BrowserWindow } from 'electron';
import type { LogSink } from '../base/log-sink.ts';
import type { ElectronParts } from './electron-parts.ts';
import { routes, screenUrl } from './routes.ts';
import { openLockedWindow } from './window-locks.ts';
import { cornerBounds } from './window-state.ts';

export interface ApprovalWindow {
  /** Ids of what waits. Something new raises the window, nothing left closes it; which one it shows is the page's choice. */
  sync(waiting: readonly string[]): void;
  current(): BrowserWindow | null;
  close(): void;
}

const size = { width: 440, height: 640 } as const;

/**
 * The small window that asks. It comes above other windows but never takes the keyboard: a person who types must not
 * answer it by accident. Closed by hand it stays closed until something new asks; what waits is in the tray still.
 */
export function createApprovalWindow(deps: {
  readonly electron: ElectronParts;
  readonly preload: string;
  readonly log: LogSink;
}): ApprovalWindow {
  const { electron, preload, log } = deps;
  let window: BrowserWindow | null = null;
  let shown: ReadonlySet<string> = new Set();

  const open = (): void => {
    const opened = openLockedWindow(electron, preload, {
      ...cornerBounds(electron.screen.getPrimaryDisplay().workArea, size),
      title: 'Groat asks',
      show: false,
      focusable: true,
      alwaysOnTop: true,
      skipTaskbar: true,
      resizable: true,
      minWidth: 360,
      minHeight: 480,
      maximizable: false,
      minimizable: false,
      fullscreenable: false,
      autoHideMenuBar: true,
      backgroundColor: electron.nativeTheme.shouldUseDarkColors ? '#12161b' : '#ffffff',
    });
    opened.setAlwaysOnTop(true, 'floating');
    opened.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true, skipTransformProcessType: true });
    opened.once('ready-to-show', () => opened.showInactive());
    opened.on('closed', () => {
      window = null;
    });
    void opened
      .loadURL(screenUrl(routes.prompt))
      .catch((error) => log.error('the question cannot be shown', { error }));
    window = opened;
  };

  const raise = (): void => {
    if (window === null || window.isDestroyed()) open();
    else {
      window.showInactive();
      window.moveTop();
    }
  };

  const close = (): void => {
    window?.destroy();
    window = null;
  };

  return {
    sync(ids) {
      const isNew = ids.some((id) => !shown.has(id));
      shown = new Set(ids);
      if (ids.length === 0) close();
      else if (isNew) raise();
    },
    current: () => window,
    close,
  };
}
