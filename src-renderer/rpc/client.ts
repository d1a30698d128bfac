import { createORPCClient } from '@orpc/client';
import { RPCLink as FetchLink } from '@orpc/client/fetch';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { CallContext } from './owner-act.ts';
import { readSession } from './session.ts';

export type Client = ContractRouterClient<Contract, CallContext>;

/** What the app's preload gives the page; it is not there in a browser. */
export interface AppBridge {
  /** Asks for a way to the host; it comes as a message `groat:port` with a port. */
  connect(): void;
  /** Puts at most 16 384 characters on the clipboard. */
  copy(text: string): Promise<void>;
  readonly platform: string;
}

declare global {
  interface Window {
    readonly groat?: AppBridge;
  }
}

export const inApp = (): boolean => window.groat !== undefined;

/** The host reads it as base64url of UTF-8. */
function pinHeader({ pin }: CallContext): Record<string, string> {
  if (pin === undefined) return {};
  const bytes = new TextEncoder().encode(pin);
  const base64 = btoa(String.fromCharCode(...bytes));
  return { 'groat-owner-pin': base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '') };
}

export function browserClient(): Client {
  const link = new FetchLink<CallContext>({
    url: new URL('./rpc', location.href.replace(/#.*$/, '')).href,
    headers: ({ context }) => ({ authorization: `Bearer ${readSession() ?? ''}`, ...pinHeader(context) }),
  });
  return createORPCClient(link);
}

/**
 * Over a port of the app's main process. `lost` is called once, when the port has closed: the host went or starts again, and
 * another port has to be asked for.
 */
export async function windowClient(bridge: AppBridge, lost: () => void): Promise<Client> {
  const port = await new Promise<MessagePort>((resolve) => {
    const take = (event: MessageEvent): void => {
      const [given] = event.ports;
      if (event.source !== window || event.data !== 'groat:port' || given === undefined) return;
      window.removeEventListener('message', take);
      resolve(given);
    };
    window.addEventListener('message', take);
    bridge.connect();
  });
  port.addEventListener('close', lost, { once: true });
  const link = new PortLink<CallContext>({ port, headers: ({ context }) => pinHeader(context) });
  port.start();
  return createORPCClient(link);
}
