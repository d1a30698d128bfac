import type { App, BrowserWindow, RenderProcessGoneDetails, WebContents } from 'electron';
import type { LogSink } from '../base/log-sink.ts';

/** A page that is gone so soon after it was loaded again will be gone a third time. */
const onceInMs = 60_000;

/**
 * What happens when the process behind a page is gone: the page is loaded again, once; if that does not help its window is
 * closed and the owner told. The host is another process's business and goes on.
 */
export function createCrashWatch(deps: {
  readonly windowOf: (contents: WebContents) => BrowserWindow | null;
  readonly tell: (what: string) => void;
  readonly monotonic: () => number;
  readonly log: LogSink;
}): (contents: WebContents, details: RenderProcessGoneDetails) => void {
  const { windowOf, tell, monotonic, log } = deps;
  const reloadedAt = new WeakMap<WebContents, number>();
  return (contents, { reason, exitCode }) => {
    if (reason === 'clean-exit' || contents.isDestroyed()) return;
    log.error('the process of a window is gone', { reason, exitCode });
    const before = reloadedAt.get(contents);
    reloadedAt.set(contents, monotonic());
    if (before === undefined || monotonic() - before > onceInMs) return contents.reload();
    windowOf(contents)?.destroy();
    tell('A window of Groat broke twice in a row and was closed. Payments go on; open it again from the tray.');
  };
}

/** Both kinds of processes that Electron has besides this one. */
export function watchCrashes(app: App, deps: Parameters<typeof createCrashWatch>[0]): void {
  const pageGone = createCrashWatch(deps);
  app.on('render-process-gone', (_event, contents, details) => pageGone(contents, details));
  app.on('child-process-gone', (_event, { type, reason, exitCode, name }) => {
    if (reason === 'clean-exit') return;
    deps.log.error('a process of Electron is gone', { type, reason, exitCode, name });
    deps.tell(`A part of the windows (${type}) broke and is started again. Payments go on.`);
  });
}
