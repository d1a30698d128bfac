import { join } from 'node:path';
import type { BrowserWindow, WebContents } from 'electron';
import type { Clock } from '../base/clock.ts';
import type { LogSink } from '../base/log-sink.ts';
import { createApprovalWindow } from './approval-window.ts';
import type { DeskModel, DeskPicture } from './desk-model.ts';
import type { ElectronParts } from './electron-parts.ts';
import { createMainWindow } from './main-window.ts';
import { moneyText } from './money-text.ts';
import { createNotices } from './notices.ts';
import type { AppPaths } from './paths.ts';
import { createPresence } from './presence.ts';
import { routes } from './routes.ts';
import { createTrayIcon } from './tray.ts';
import { type TrayAct, trayState } from './tray-state.ts';

/** All that a person sees of the shell. */
export interface Faces {
  /** Opens the main window; null: on the page where it is. */
  open(route: string | null): void;
  isOurs(contents: WebContents): boolean;
  windowOf(contents: WebContents): BrowserWindow | null;
  say(what: string): void;
  /** Groat is leaving: windows may close. */
  leave(): void;
}

/** Draws the desk: tray, windows, notifications and badge all follow the one model. */
export function createFaces(deps: {
  readonly electron: ElectronParts;
  readonly paths: AppPaths;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  readonly model: DeskModel;
  readonly choose: (act: TrayAct) => void;
  readonly clock: Clock;
  readonly log: LogSink;
}): Faces {
  const { electron, paths, platform, model, choose, clock, log } = deps;
  const { preload, resources } = paths;
  const money = moneyText(electron.app.getLocale());

  const presence = createPresence({ electron, resources, platform, mainWindow: () => mainWindow.current() });
  const mainWindow = createMainWindow({
    electron,
    preload,
    stateFile: join(deps.home, 'window.json'),
    icon: join(resources, 'icon.png'),
    platform,
    staysInTaskbar: () => model.picture().preferences.dockIcon,
    onVisible: (visible) => presence.windowVisible(visible),
    keyboardTaken: () => approvals.current()?.isFocused() === true,
    log,
  });
  const approvals = createApprovalWindow({ electron, preload, log });
  const tray = createTrayIcon({
    electron,
    resources,
    platform,
    first: trayState(model.picture(), money),
    choose,
  });
  const notices = createNotices({
    electron,
    wanted: () => model.picture().preferences.notifications,
    money,
    open: (route) => mainWindow.show(route),
    clock,
    log,
  });

  const draw = (picture: DeskPicture): void => {
    tray.show(trayState(picture, money));
    presence.show(picture);
    approvals.sync(picture.waiting);
  };
  model.onPicture(draw);
  model.onNews((news) => notices.tell(news));

  const windows = (): readonly BrowserWindow[] =>
    [mainWindow.current(), approvals.current()].filter((window) => window !== null);
  const windowOf = (contents: WebContents): BrowserWindow | null =>
    windows().find((window) => !window.isDestroyed() && window.webContents === contents) ?? null;
  return {
    open: (route) => mainWindow.show(route),
    windowOf,
    isOurs: (contents) => windowOf(contents) !== null,
    say: (what) => notices.say({ title: 'Groat', body: what, route: routes.overview }),
    leave() {
      mainWindow.leave();
      approvals.close();
    },
  };
}
