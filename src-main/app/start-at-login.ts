import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'electron';

/** How the desktop is to start Groat: without a window. */
const hiddenFlag = '--hidden';

/** Makes the system do what the owner wants; it is asked at each start too, since either may have changed without us. */
export function setStartAtLogin(
  on: boolean,
  deps: {
    readonly app: App;
    readonly platform: NodeJS.Platform;
    readonly env: NodeJS.ProcessEnv;
    readonly execPath: string;
  },
): void {
  const { app, platform, env, execPath } = deps;
  const own = app.isPackaged ? [] : [app.getAppPath()];
  if (platform !== 'linux') {
    app.setLoginItemSettings({ openAtLogin: on, path: execPath, args: [...own, hiddenFlag] });
    return;
  }
  const folder = join(app.getPath('appData'), 'autostart');
  const file = join(folder, 'groat.desktop');
  if (!on) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(folder, { recursive: true });
  // An AppImage runs from a place that is another one at each start.
  writeFileSync(file, desktopEntry([env['APPIMAGE'] ?? execPath, ...own, hiddenFlag]));
}

/** Desktop Entry Specification, "The Exec key". */
export function desktopEntry(command: readonly string[]): string {
  // First as the command line has it, then as any text of such a file.
  const quoted = command.map((part) => {
    const argument = part.replace(/["`$\\]/g, '\\$&').replaceAll('%', '%%');
    return `"${argument.replaceAll('\\', '\\\\')}"`;
  });
  return `[Desktop Entry]\nType=Application\nName=Groat\nExec=${quoted.join(' ')}\nTerminal=false\nX-GNOME-Autostart-enabled=true\n`;
}
