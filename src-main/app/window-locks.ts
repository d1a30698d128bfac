import type { BrowserWindow, BrowserWindowConstructorOptions, Session, WebContents, WebPreferences } from 'electron';
import type { LogSink } from '../base/log-sink.ts';
import type { ElectronParts } from './electron-parts.ts';
import { screenOrigin, screenPage } from './routes.ts';

/** The only places outside that a page may point to; the system's browser opens them. */
const linkedOrigins: ReadonlySet<string> = new Set(['https://explorer.solana.com']);

/** Every lock of a page by name, also those that are Electron's default today. */
export function lockedPreferences(preload: string, packaged: boolean): WebPreferences {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    plugins: false,
    navigateOnDragDrop: false,
    enableDeprecatedPaste: false,
    safeDialogs: true,
    // A spelling dictionary would be fetched from elsewhere.
    spellcheck: false,
    devTools: !packaged,
  };
}

/** A window with the locks stated last, so that no option of its caller can loosen them. */
export function openLockedWindow(
  { BrowserWindow, app }: ElectronParts,
  preload: string,
  options: Omit<BrowserWindowConstructorOptions, 'webPreferences'>,
): BrowserWindow {
  return new BrowserWindow({ ...options, webPreferences: lockedPreferences(preload, app.isPackaged) });
}

/** An address that a page may have opened in the system's browser. */
export function isLinkedPage(url: string): boolean {
  const address = URL.parse(url);
  return address !== null && linkedOrigins.has(address.origin) && address.username === '' && address.password === '';
}

/** Our own page again (a reload, or another of its routes). */
const isOwnPage = (url: string): boolean => url === screenPage || url.startsWith(`${screenPage}#`);

/** A page goes nowhere: no navigation, no redirect, no window, no guest, in whatever frame. */
export function lockContents(contents: WebContents, { shell }: Pick<ElectronParts, 'shell'>, log: LogSink): void {
  const openOutside = (url: string): void => {
    if (isLinkedPage(url)) shell.openExternal(url).catch((error) => log.warn('no browser opens a link', { error }));
    else log.warn('a page wanted to go elsewhere', { url });
  };
  contents.on('will-navigate', (event) => {
    if (isOwnPage(event.url)) return;
    event.preventDefault();
    openOutside(event.url);
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isOwnPage(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url);
    return { action: 'deny' };
  });
}

/** No permission for anything, no request that is not for our own files, no download that a page did not make itself. */
export function lockSession(session: Session, packaged: boolean): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer(null));
  session.setSpellCheckerEnabled(false);
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isOwnRequest(details.url, packaged) }));
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${screenOrigin}/`)) event.preventDefault();
  });
}

function isOwnRequest(url: string, packaged: boolean): boolean {
  if (url.startsWith(`${screenOrigin}/`) || url.startsWith(`blob:${screenOrigin}/`)) return true;
  return url.startsWith('data:image/') || (!packaged && url.startsWith('devtools://'));
}
