import type { MenuItemConstructorOptions } from 'electron';
import type { ElectronParts } from './electron-parts.ts';
import { trayImage } from './tray-images.ts';
import type { MenuLine, TrayAct, TrayState } from './tray-state.ts';

export interface TrayIcon {
  show(state: TrayState): void;
  remove(): void;
}

/** A Linux panel closes an open menu when it gets another one, so figures alone change no more often than this. */
const figuresAfterMs = 5_000;

/**
 * Puts the tray's state on the screen and says what was chosen. On macOS and Windows the menu is made when it is opened; a
 * Linux panel asks for nothing and has to be given each new one.
 */
export function createTrayIcon(deps: {
  readonly electron: Pick<ElectronParts, 'Menu' | 'nativeImage' | 'nativeTheme' | 'Tray'>;
  readonly resources: string;
  readonly platform: NodeJS.Platform;
  readonly first: TrayState;
  readonly choose: (act: TrayAct) => void;
}): TrayIcon {
  const { electron, resources, platform, choose } = deps;
  let state = deps.first;
  let imageShown = '';
  let menuShown = '';
  let shapeShown = '';
  let menuDue: NodeJS.Timeout | null = null;

  const imagePath = (): string =>
    trayImage(resources, state, platform, electron.nativeTheme.shouldUseDarkColorsForSystemIntegratedUI);
  const loadImage = (path: string) => {
    const image = electron.nativeImage.createFromPath(path);
    if (platform === 'darwin') image.setTemplateImage(true);
    return image;
  };
  const tray = new electron.Tray(loadImage(imagePath()));

  const menu = () => electron.Menu.buildFromTemplate(template(state.menu, choose));
  const giveMenu = (): void => {
    if (menuDue !== null) clearTimeout(menuDue);
    menuDue = null;
    menuShown = JSON.stringify(state.menu);
    shapeShown = JSON.stringify(state.menu.filter(({ kind }) => kind !== 'text'));
    tray.setContextMenu(menu());
  };
  const menuChanged = (): void => {
    if (JSON.stringify(state.menu) === menuShown) return;
    if (JSON.stringify(state.menu.filter(({ kind }) => kind !== 'text')) !== shapeShown) giveMenu();
    else menuDue ??= setTimeout(giveMenu, figuresAfterMs).unref();
  };

  const apply = (): void => {
    const path = imagePath();
    if (path !== imageShown) tray.setImage(loadImage(path));
    imageShown = path;
    if (platform === 'darwin')
      tray.setTitle(state.count > 0 ? String(state.count) : '', { fontType: 'monospacedDigit' });
    tray.setToolTip(state.tooltip);
    if (platform === 'linux') menuChanged();
  };

  const open = (): void => choose({ act: 'open', route: null });
  if (platform === 'darwin') tray.on('click', () => tray.popUpContextMenu(menu()));
  else tray.on('click', open);
  if (platform !== 'linux') tray.on('right-click', () => tray.popUpContextMenu(menu()));
  electron.nativeTheme.on('updated', apply);
  apply();

  return {
    show(next) {
      state = next;
      apply();
    },
    remove() {
      if (menuDue !== null) clearTimeout(menuDue);
      electron.nativeTheme.off('updated', apply);
      tray.destroy();
    },
  };
}

function template(lines: readonly MenuLine[], choose: (act: TrayAct) => void): MenuItemConstructorOptions[] {
  return lines.map((line) => item(line, choose));
}

function item(line: MenuLine, choose: (act: TrayAct) => void): MenuItemConstructorOptions {
  switch (line.kind) {
    case 'text':
      return { label: escaped(line.label), enabled: false };
    case 'rule':
      return { type: 'separator' };
    case 'act':
      return { label: escaped(line.label), click: () => choose(line.act) };
    case 'check':
      return { label: escaped(line.label), type: 'checkbox', checked: line.checked, click: () => choose(line.act) };
    case 'group':
      return { label: escaped(line.label), submenu: template(line.lines, choose) };
  }
}

/** A single `&` would underline the letter after it. */
const escaped = (label: string): string => label.replaceAll('&', '&&');
