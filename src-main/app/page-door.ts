import type { IpcMainEvent, IpcMainInvokeEvent, MessagePortMain, WebContents, WebFrameMain } from 'electron';
import { z } from 'zod';
import type { LogSink } from '../base/log-sink.ts';
import { connectChannel, copyChannel, longestCopy, portChannel } from './channels.ts';
import type { ElectronParts } from './electron-parts.ts';
import { screenOrigin, screenPage } from './routes.ts';

/** Where a port leads: the host's door for its own windows. */
export interface WindowDoor {
  attach(port: MessagePortMain): void;
}

export interface PageDoor {
  /** Pages that have asked, and those that ask from now on, are joined to this one; null: they wait for the next. */
  lead(door: WindowDoor | null): void;
}

const copied = z.string().min(1).max(longestCopy);

/** A page that has not asked again so long after a host came has not noticed that its port is gone. */
const noticeWithinMs = 3_000;

/**
 * Answers the preload (see its handshake). Whoever asks must be the main frame of one of our windows, on our own page;
 * anything else is refused and written down. A page has one port at a time.
 */
export function openPageDoor(deps: {
  readonly electron: ElectronParts;
  readonly isOurs: (contents: WebContents) => boolean;
  readonly log: LogSink;
}): PageDoor {
  const { electron, log } = deps;
  const ports = new Map<WebContents, MessagePortMain>();
  const asking = new Map<WebContents, WebFrameMain>();
  const left = new Set<WebContents>();
  let door: WindowDoor | null = null;

  const frameOf = (event: IpcMainEvent | IpcMainInvokeEvent): WebFrameMain | null => {
    const { sender, senderFrame: frame } = event;
    if (frame === null || frame.parent !== null || frame.origin !== screenOrigin || !deps.isOurs(sender)) return null;
    return frame.url === screenPage || frame.url.startsWith(`${screenPage}#`) ? frame : null;
  };

  /** Reading a frame that went while it asked throws: that is a no as well. */
  const trusted = (event: IpcMainEvent | IpcMainInvokeEvent, channel: string): WebFrameMain | null => {
    try {
      const frame = frameOf(event);
      if (frame === null) log.warn('a page that is not ours knocked', { channel });
      return frame;
    } catch (error) {
      log.warn('a page that is gone knocked', { channel, error });
      return null;
    }
  };

  const join = (contents: WebContents, frame: WebFrameMain, to: WindowDoor): void => {
    left.delete(contents);
    ports.get(contents)?.close();
    const { port1, port2 } = new electron.MessageChannelMain();
    ports.set(contents, port1);
    port1.on('close', () => {
      if (ports.get(contents) === port1) ports.delete(contents);
    });
    to.attach(port1);
    try {
      frame.postMessage(portChannel, null, [port2]);
    } catch (error) {
      log.warn('a page was gone before its port came', { error });
      port1.close();
    }
  };

  const reloadLeft = (): void => {
    if (door === null) return;
    for (const contents of left) if (!contents.isDestroyed()) contents.reload();
    left.clear();
  };

  electron.ipcMain.on(connectChannel, (event, ...rest) => {
    const frame = trusted(event, connectChannel);
    if (frame === null || rest.length > 0) return;
    if (door !== null) return join(event.sender, frame, door);
    asking.set(event.sender, frame);
  });

  electron.ipcMain.handle(copyChannel, (event, ...rest) => {
    if (trusted(event, copyChannel) === null || rest.length !== 1) throw new Error('refused');
    electron.clipboard.writeText(copied.parse(rest[0]));
  });

  return {
    lead(next) {
      door = next;
      if (next === null) {
        for (const [contents, port] of ports) {
          left.add(contents);
          port.close();
        }
        ports.clear();
        return;
      }
      for (const [contents, frame] of asking) {
        if (!contents.isDestroyed() && !frame.isDestroyed()) join(contents, frame, next);
      }
      asking.clear();
      setTimeout(reloadLeft, noticeWithinMs).unref();
    },
  };
}
