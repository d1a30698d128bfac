import { contextBridge, ipcRenderer } from 'electron';
import { connectChannel, copyChannel, portChannel } from './channels.ts';

/** As much of the page as is needed here; nothing else in the house has a DOM. */
declare const window: {
  readonly location: { readonly origin: string };
  postMessage(message: string, origin: string, ports: readonly unknown[]): void;
};

/*
 * The handshake. The page listens for a message from its own window with the data `groat:port` and one port, and calls
 * `groat.connect()`. Main checks who asks (page-door.ts), makes a channel, gives one end to the host and posts the other one
 * here; a port cannot cross the context bridge, so it goes on as a message of the window to itself, which no other origin
 * gets. Asked while no host runs, main answers when one does. When the host starts again the port closes and the page asks
 * again. Nothing else passes: no channel name comes from the page.
 */
ipcRenderer.on(portChannel, (event) => {
  const [port] = event.ports;
  if (port !== undefined) window.postMessage(portChannel, window.location.origin, [port]);
});

contextBridge.exposeInMainWorld('groat', {
  connect: (): void => ipcRenderer.send(connectChannel),
  /** A page of ours has no right to the clipboard; this writes text to it and reads nothing. */
  copy: (text: unknown): Promise<void> => ipcRenderer.invoke(copyChannel, String(text)),
  platform: process.platform,
});
