/**
 * Electron's main process as far as the shell uses it, without Electron: it records what it is told and lets a test play the
 * person, the page and the operating system. In a child process a test steers it over IPC (see `electron-app.ts`).
 */
import { EventEmitter } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';

type Handler = (...args: never[]) => unknown;
type Options = Readonly<Record<string, unknown>>;

const screenPage = 'app://groat/index.html';

/** An event that a listener may prevent, with whatever else Electron puts on it. */
class DoubledEvent {
  prevented = false;
  preventDefault(): void {
    this.prevented = true;
  }
}
const eventWith = <T extends object>(more: T): DoubledEvent & T => Object.assign(new DoubledEvent(), more);

let nextId = 1;

/** What was done, in order, for tests that ask in which order. */
export const calls: string[] = [];

export class MessagePortMain extends EventEmitter {
  readonly inner: MessagePort;
  constructor(inner: MessagePort) {
    super();
    this.inner = inner;
    inner.on('close', () => this.emit('close'));
  }
  postMessage(message: unknown): void {
    this.inner.postMessage(message);
  }
  start(): void {
    this.inner.on('message', (data) => this.emit('message', { data, ports: [] }));
  }
  close(): void {
    this.inner.close();
  }
}

export class MessageChannelMain {
  readonly port1: MessagePortMain;
  readonly port2: MessagePortMain;
  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port1 = new MessagePortMain(port1);
    this.port2 = new MessagePortMain(port2);
  }
}

export interface DoubledFrame {
  readonly origin: string;
  readonly url: string;
  readonly parent: DoubledFrame | null;
  isDestroyed(): boolean;
  postMessage(channel: string, message: unknown, transfer: readonly MessagePortMain[]): void;
}

class WebContents extends EventEmitter {
  readonly id = nextId++;
  url = '';
  reloads = 0;
  destroyed = false;
  windowOpen: ((details: { url: string }) => { action: string }) | null = null;
  /** Ports that the page was given and nobody took yet. */
  readonly given: MessagePortMain[] = [];
  getURL = (): string => this.url;
  isDestroyed = (): boolean => this.destroyed;
  reload(): void {
    this.reloads++;
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.windowOpen = handler;
  }
  frame(changes: Partial<Pick<DoubledFrame, 'origin' | 'url' | 'parent'>> = {}): DoubledFrame {
    return {
      origin: 'app://groat',
      url: this.url,
      parent: null,
      isDestroyed: () => this.destroyed,
      postMessage: (_channel, _message, transfer) => this.given.push(...transfer),
      ...changes,
    };
  }
}

export class BrowserWindow extends EventEmitter {
  static readonly all: BrowserWindow[] = [];
  static focused: BrowserWindow | null = null;
  readonly webContents = new WebContents();
  readonly options: Options;
  readonly did: string[] = [];
  visible = false;
  private destroyed = false;
  private small = false;
  private large = false;
  constructor(options: Options) {
    super();
    this.options = options;
    BrowserWindow.all.push(this);
    app.emit('web-contents-created', new DoubledEvent(), this.webContents);
  }
  private done(name: string, ...args: unknown[]): void {
    this.did.push(args.length === 0 ? name : `${name} ${JSON.stringify(args)}`);
  }
  async loadURL(url: string): Promise<void> {
    this.done('loadURL', url);
    const first = this.webContents.url === '';
    this.webContents.url = url;
    if (first) setImmediate(() => this.emit('ready-to-show'));
  }
  show(): void {
    this.done('show');
    this.visible = true;
    BrowserWindow.focused = this;
    this.emit('show');
  }
  showInactive(): void {
    this.done('showInactive');
    this.visible = true;
    this.emit('show');
  }
  hide(): void {
    this.done('hide');
    this.visible = false;
    if (BrowserWindow.focused === this) BrowserWindow.focused = null;
    this.emit('hide');
  }
  focus(): void {
    this.done('focus');
    BrowserWindow.focused = this;
  }
  isFocused = (): boolean => BrowserWindow.focused === this;
  moveTop = (): void => this.done('moveTop');
  minimize(): void {
    this.done('minimize');
    this.small = true;
  }
  restore(): void {
    this.done('restore');
    this.small = false;
  }
  maximize(): void {
    this.large = true;
  }
  isMinimized = (): boolean => this.small;
  isMaximized = (): boolean => this.large;
  isDestroyed = (): boolean => this.destroyed;
  getNormalBounds(): { x: number; y: number; width: number; height: number } {
    const { x, y, width, height } = this.options;
    return { x: Number(x ?? 10), y: Number(y ?? 10), width: Number(width), height: Number(height) };
  }
  setAlwaysOnTop = (...args: unknown[]): void => this.done('setAlwaysOnTop', ...args);
  setVisibleOnAllWorkspaces = (...args: unknown[]): void => this.done('setVisibleOnAllWorkspaces', ...args);
  setOverlayIcon = (image: NativeImage | null, text: string): void => this.done('setOverlayIcon', image?.path, text);
  /** As when the person closes it. */
  close(): void {
    const event = new DoubledEvent();
    this.emit('close', event);
    if (!event.prevented) this.destroy();
  }
  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    if (BrowserWindow.focused === this) BrowserWindow.focused = null;
    this.webContents.destroyed = true;
    this.emit('closed');
  }
}

export interface NativeImage {
  readonly path: string;
  template: boolean;
  setTemplateImage(on: boolean): void;
}
export const nativeImage = {
  createFromPath: (path: string): NativeImage => ({
    path,
    template: false,
    setTemplateImage(on) {
      this.template = on;
    },
  }),
};

export interface DoubledMenuItem {
  readonly label?: string;
  readonly type?: string;
  readonly role?: string;
  readonly enabled?: boolean;
  readonly checked?: boolean;
  readonly submenu?: readonly DoubledMenuItem[];
  readonly click?: () => void;
}
export const Menu = {
  application: undefined as unknown,
  buildFromTemplate: (template: readonly DoubledMenuItem[]) => ({ items: template }),
  setApplicationMenu(menu: unknown): void {
    Menu.application = menu;
  },
};

export class Tray extends EventEmitter {
  static current: Tray | null = null;
  image: NativeImage;
  title = '';
  tooltip = '';
  menu: readonly DoubledMenuItem[] = [];
  constructor(image: NativeImage) {
    super();
    this.image = image;
    Tray.current = this;
  }
  setImage(image: NativeImage): void {
    this.image = image;
  }
  setTitle(title: string): void {
    this.title = title;
  }
  setToolTip(text: string): void {
    this.tooltip = text;
  }
  setContextMenu(menu: { items: readonly DoubledMenuItem[] }): void {
    this.menu = menu.items;
  }
  popUpContextMenu(menu: { items: readonly DoubledMenuItem[] }): void {
    this.menu = menu.items;
  }
  destroy(): void {
    Tray.current = null;
  }
}

export class Notification extends EventEmitter {
  static readonly all: Notification[] = [];
  static isSupported = (): boolean => true;
  readonly options: { title: string; body: string };
  constructor(options: { title: string; body: string }) {
    super();
    this.options = options;
  }
  show(): void {
    Notification.all.push(this);
  }
}

const nowhere: Readonly<Record<string, string>> = {};

class App extends EventEmitter {
  readonly isPackaged = process.env['DOUBLE_PACKAGED'] === '1';
  readonly set: Record<string, unknown> = {};
  readonly commandLine = {
    hasSwitch: (name: string): boolean =>
      process.argv.some((one) => one === `--${name}` || one.startsWith(`--${name}=`)),
  };
  badge = 0;
  private readonly paths: Record<string, string> = { ...nowhere, appData: process.env['XDG_CONFIG_HOME'] ?? tmpdir() };
  readonly dock = {
    show: async (): Promise<void> => void calls.push('dock.show'),
    hide: () => void calls.push('dock.hide'),
  };
  setPath(name: string, path: string): void {
    this.paths[name] = path;
  }
  getPath = (name: string): string => this.paths[name] ?? join(tmpdir(), name);
  getAppPath = (): string => process.cwd();
  getLocale = (): string => 'en-US';
  enableSandbox(): void {
    this.set['sandbox'] = true;
  }
  requestSingleInstanceLock = (): boolean => process.env['DOUBLE_SECOND'] !== '1';
  whenReady = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  setAsDefaultProtocolClient(scheme: string): boolean {
    this.set['protocolClient'] = scheme;
    return true;
  }
  setAppUserModelId(id: string): void {
    this.set['appUserModelId'] = id;
  }
  setLoginItemSettings(settings: unknown): void {
    this.set['loginItem'] = settings;
  }
  setBadgeCount(count: number): boolean {
    this.badge = count;
    return true;
  }
  quit(): void {
    const event = new DoubledEvent();
    this.emit('before-quit', event);
    if (!event.prevented) this.exit(0);
  }
  exit(code: number): void {
    calls.push(`exit ${code}`);
    if (process.send === undefined) return;
    process.send({ exit: code, dialogs: dialog.shown, calls }, () => process.exit(code));
  }
}
export const app = new App();

class IpcMain extends EventEmitter {
  readonly handlers = new Map<string, Handler>();
  handle(channel: string, handler: Handler): void {
    this.handlers.set(channel, handler);
  }
}
export const ipcMain = new IpcMain();

class Session extends EventEmitter {
  permissionRequest: ((contents: unknown, permission: string, answer: (granted: boolean) => void) => void) | null =
    null;
  permissionCheck: ((contents: unknown, permission: string) => boolean) | null = null;
  device: (() => boolean) | null = null;
  displayMedia: ((request: unknown, answer: (streams: unknown) => void) => void) | null = null;
  spelling = true;
  beforeRequest: ((details: { url: string }, answer: (verdict: { cancel: boolean }) => void) => void) | null = null;
  readonly webRequest = {
    onBeforeRequest: (listener: NonNullable<Session['beforeRequest']>): void => {
      this.beforeRequest = listener;
    },
  };
  setPermissionRequestHandler(handler: Session['permissionRequest']): void {
    this.permissionRequest = handler;
  }
  setPermissionCheckHandler(handler: Session['permissionCheck']): void {
    this.permissionCheck = handler;
  }
  setDevicePermissionHandler(handler: Session['device']): void {
    this.device = handler;
  }
  setDisplayMediaRequestHandler(handler: Session['displayMedia']): void {
    this.displayMedia = handler;
  }
  setSpellCheckerEnabled(on: boolean): void {
    this.spelling = on;
  }
}
export const session = { defaultSession: new Session() };

export const protocol = {
  privileged: [] as unknown[],
  handlers: new Map<string, (request: Request) => Promise<Response>>(),
  registerSchemesAsPrivileged(schemes: unknown[]): void {
    protocol.privileged = schemes;
  },
  handle(scheme: string, handler: (request: Request) => Promise<Response>): void {
    protocol.handlers.set(scheme, handler);
  },
};

export const nativeTheme = Object.assign(new EventEmitter(), {
  shouldUseDarkColors: false,
  shouldUseDarkColorsForSystemIntegratedUI: false,
});
export const powerMonitor = new EventEmitter();
const workArea = { x: 0, y: 24, width: 1440, height: 876 };
export const screen = { getAllDisplays: () => [{ workArea }], getPrimaryDisplay: () => ({ workArea }) };
export const shell = {
  opened: [] as string[],
  async openExternal(url: string): Promise<void> {
    shell.opened.push(url);
  },
};
export const dialog = {
  shown: [] as string[],
  showErrorBox(title: string, content: string): void {
    dialog.shown.push(`${title}: ${content}`);
    calls.push('showErrorBox');
  },
};
export const clipboard = {
  text: '',
  writeText(text: string): void {
    clipboard.text = text;
  },
};
/** For the preload. */
export const contextBridge = {
  exposed: {} as Record<string, unknown>,
  exposeInMainWorld(name: string, value: unknown): void {
    contextBridge.exposed[name] = value;
  },
};
export const ipcRenderer = Object.assign(new EventEmitter(), {
  sent: [] as unknown[][],
  send(...args: unknown[]): void {
    ipcRenderer.sent.push(args);
  },
  async invoke(...args: unknown[]): Promise<void> {
    ipcRenderer.sent.push(args);
  },
});

const windowAt = (index: number): BrowserWindow => {
  const window = BrowserWindow.all.filter((one) => !one.isDestroyed())[index];
  if (window === undefined) throw new Error(`there is no window ${index}`);
  return window;
};
const itemAt = (path: readonly string[]): DoubledMenuItem => {
  let items = Tray.current?.menu ?? [];
  let found: DoubledMenuItem | undefined;
  for (const label of path) {
    found = items.find((item) => item.label?.startsWith(label));
    items = found?.submenu ?? [];
  }
  if (found === undefined) throw new Error(`no menu item ${path.join(' › ')}`);
  return found;
};
const labels = (items: readonly DoubledMenuItem[]): unknown[] =>
  items.map(({ label, type, checked, enabled, submenu }) =>
    submenu === undefined
      ? {
          label: label ?? type,
          ...(checked === undefined ? {} : { checked }),
          ...(enabled === false ? { enabled } : {}),
        }
      : { label, items: labels(submenu) },
  );

/** What makes a frame another one than the main frame of our page. */
type FrameChanges = Partial<Pick<DoubledFrame, 'origin' | 'url'>> & { inner?: true };

const frameOf = (contents: WebContents, { inner, ...changes }: FrameChanges): DoubledFrame =>
  contents.frame(inner === true ? { ...changes, parent: contents.frame() } : changes);

const ports = new Map<number, MessagePortMain>();

/** What a test can do to the app and see of it. Windows are counted from the oldest that is open. */
export const remote = {
  state: () => ({
    calls,
    tray: Tray.current && {
      image: Tray.current.image.path,
      title: Tray.current.title,
      tooltip: Tray.current.tooltip,
      menu: labels(Tray.current.menu),
    },
    windows: BrowserWindow.all
      .filter((window) => !window.isDestroyed())
      .map(({ options, did, visible, webContents }) => ({
        options,
        did,
        visible,
        url: webContents.url,
        reloads: webContents.reloads,
      })),
    notifications: Notification.all.map(({ options }) => options),
    set: app.set,
    badge: app.badge,
    userData: app.getPath('userData'),
    privileged: protocol.privileged,
    spelling: session.defaultSession.spelling,
    opened: shell.opened,
    dialogs: dialog.shown,
    clipboard: clipboard.text,
    applicationMenu: Menu.application,
  }),
  chooseMenu: (path: readonly string[]) => itemAt(path).click?.(),
  clickTray: () => Tray.current?.emit('click'),
  clickNotification: (index: number) => Notification.all[index]?.emit('click'),
  closeWindow: (index: number) => windowAt(index).close(),
  /** As when the person clicks into it. */
  focusWindow: (index: number) => windowAt(index).focus(),
  secondInstance: (argv: readonly string[]) => app.emit('second-instance', new DoubledEvent(), argv, '/', null),
  openUrl: (url: string) => app.emit('open-url', new DoubledEvent(), url),
  dark(on: boolean) {
    nativeTheme.shouldUseDarkColorsForSystemIntegratedUI = on;
    nativeTheme.emit('updated');
  },
  /** Whether the app kept the page from it. */
  navigate(index: number, kind: string, url: string): boolean {
    const event = eventWith({ url, isMainFrame: kind !== 'will-frame-navigate-inner' });
    windowAt(index).webContents.emit(kind.replace('-inner', ''), event, url);
    return event.prevented;
  },
  windowOpen: (index: number, url: string) => windowAt(index).webContents.windowOpen?.({ url }).action,
  permission(name: string) {
    const { permissionRequest, permissionCheck, device, displayMedia } = session.defaultSession;
    const answers: unknown[] = [permissionCheck?.(null, name), device?.()];
    permissionRequest?.(null, name, (granted) => answers.push(granted));
    displayMedia?.({}, (streams) => answers.push(streams));
    return answers;
  },
  request(url: string): boolean | null {
    let cancelled: boolean | null = null;
    session.defaultSession.beforeRequest?.({ url }, ({ cancel }) => {
      cancelled = cancel;
    });
    return cancelled;
  },
  download(url: string): boolean {
    const event = new DoubledEvent();
    session.defaultSession.emit('will-download', event, { getURL: () => url }, null);
    return event.prevented;
  },
  async fetch(url: string, method = 'GET') {
    const answer = await protocol.handlers.get('app')?.(new Request(url, { method }));
    return answer && { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
  },
  /** As a page of the window at `index` whose frame is as told; answers a port's number, or null where none came. */
  connect(index: number, frame: FrameChanges = {}, ...rest: unknown[]) {
    const { webContents } = windowAt(index);
    const senderFrame = frameOf(webContents, frame);
    ipcMain.emit('groat:connect', eventWith({ sender: webContents, senderFrame }), ...rest);
    return remote.takePort(index);
  },
  /** As a page that is in none of the app's windows. */
  connectStranger() {
    const stranger = new WebContents();
    stranger.url = screenPage;
    ipcMain.emit('groat:connect', eventWith({ sender: stranger, senderFrame: stranger.frame() }));
    return stranger.given.length;
  },
  takePort(index: number): number | null {
    const port = windowAt(index).webContents.given.shift();
    if (port === undefined) return null;
    const id = nextId++;
    ports.set(id, port);
    port.on('message', ({ data }) => process.send?.({ port: id, data }));
    port.on('close', () => process.send?.({ port: id, closed: true }));
    port.start();
    return id;
  },
  post: (port: number, data: unknown) => ports.get(port)?.postMessage(data),
  async copy(index: number, frame: FrameChanges, ...args: unknown[]): Promise<string> {
    const { webContents } = windowAt(index);
    const event = eventWith({ sender: webContents, senderFrame: frameOf(webContents, frame) });
    try {
      const handler = ipcMain.handlers.get('groat:copy') as ((...all: unknown[]) => unknown) | undefined;
      await handler?.(event, ...args);
      return 'copied';
    } catch {
      return 'refused';
    }
  },
  rendererGone: (index: number, reason: string) =>
    app.emit('render-process-gone', new DoubledEvent(), windowAt(index).webContents, { reason, exitCode: 1 }),
  childGone: (type: string) =>
    app.emit('child-process-gone', new DoubledEvent(), { type, reason: 'crashed', exitCode: 1 }),
  quit: () => app.quit(),
  throwLater: (message: string) =>
    setImmediate(() => {
      throw new Error(message);
    }),
  rejectLater: (message: string) => void Promise.reject(new Error(message)),
};
export type Remote = typeof remote;

process.on('message', async (message: { id: number; name: keyof Remote; args: never[] }) => {
  const { id, name, args } = message;
  try {
    const run = remote[name] as (...all: never[]) => unknown;
    const value = await run(...args);
    process.send?.({ id, value: JSON.parse(JSON.stringify(value ?? null)) });
  } catch (error) {
    process.send?.({ id, error: String(error) });
  }
});
