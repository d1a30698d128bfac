import type { ElectronParts } from './electron-parts.ts';

/** macOS takes its keys for copy and paste from a menu; elsewhere there is none, and with it no key that loads a page anew. */
export function setApplicationMenu({ Menu }: Pick<ElectronParts, 'Menu'>, platform: NodeJS.Platform): void {
  const menu = Menu.buildFromTemplate([
    {
      role: 'appMenu',
      submenu: [{ role: 'about' }, { type: 'separator' }, { role: 'hide' }, { role: 'hideOthers' }, { role: 'quit' }],
    },
    { role: 'editMenu' },
    { label: 'Window', submenu: [{ role: 'minimize' }, { role: 'close' }] },
  ]);
  Menu.setApplicationMenu(platform === 'darwin' ? menu : null);
}
