import type { AnyContractRouter } from '@orpc/contract';
import type { Router } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { z } from 'zod';
import type { Network } from '../../src-shared/model/index.ts';
import { ownerPinHeader } from '../base/control-socket.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { CallContext } from './call.ts';
import type { OwnerDoor } from './owner-door.ts';
import { ownerProof } from './owner-proof.ts';

/** The host's end of a channel to a page of ours; Electron's `MessagePortMain` is one. */
export interface PagePort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
}

/**
 * The door of the app's own windows. A window is the owner's where only play money can be lost; elsewhere an operator, and a
 * call that carries the PIN is the owner's (small approvals apart, see `createPinless`).
 */
export interface WindowDoor {
  /** Answers the page at the other end until the port closes, which also ends what it still waits for. */
  attach(port: PagePort): void;
  /** Closes all ports; from then on every one that comes is closed at once. */
  stop(): void;
}

/** A message as the client's link writes it: a call, or that nobody waits for its answer any more. */
const pageMessage = z.union([
  z.strictObject({
    i: z.string().max(32),
    p: z.strictObject({
      u: z.string().regex(/^\/[\w/]{1,200}$/),
      b: z.unknown().optional(),
      h: z.record(z.string(), z.unknown()).optional(),
    }),
  }),
  z.strictObject({ i: z.string().max(32), t: z.literal(4), p: z.unknown().optional() }),
]);

const messageCharacters = 1024 * 1024;

export function openWindowDoor({
  router,
  ownerDoor,
  network,
  log,
}: {
  readonly router: Router<AnyContractRouter, CallContext>;
  readonly ownerDoor: OwnerDoor;
  readonly network: Pick<Network, 'playMoney'>;
  readonly log: LogSink;
}): WindowDoor {
  const handler = new RPCHandler<CallContext>(router, { interceptors: [ownerProof(ownerDoor, log)] });
  const context: CallContext = {
    rank: network.playMoney ? 'owner' : 'operator',
    pinProven: false,
    door: 'window',
  };
  const open = new Set<() => void>();
  let stopped = false;
  return {
    attach(port) {
      if (stopped) return port.close();
      let gone: () => void = () => undefined;
      let closed = false;
      const leave = (): void => {
        if (closed) return;
        closed = true;
        open.delete(hangUp);
        gone();
      };
      const hangUp = (): void => {
        leave();
        port.close();
      };
      open.add(hangUp);
      port.on('close', leave);
      // The handler gets only what it can read: an exception in it would have nobody to catch it.
      handler.upgrade(
        {
          postMessage: (message: unknown) => {
            if (!closed) port.postMessage(message);
          },
          on: (event: string, listener: (event?: { data: unknown }) => void) => {
            if (event === 'close') gone = listener;
            else
              port.on('message', ({ data }) => {
                if (closed) return;
                const message = readMessage(data);
                if (message === null) {
                  log.error('a window sent what no screen of ours sends; its port was closed');
                  hangUp();
                } else listener({ data: message });
              });
          },
        },
        { context },
      );
      port.start();
    },
    stop() {
      stopped = true;
      for (const hangUp of [...open]) hangUp();
    },
  };
}

/** Null for anything else. Of headers only the PIN gets in: others could turn a body into a file or a form. */
function readMessage(data: unknown): object | null {
  if (typeof data !== 'string' || data.length > messageCharacters) return null;
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    return null;
  }
  const parsed = pageMessage.safeParse(json);
  if (!parsed.success) return null;
  const message = parsed.data;
  if ('t' in message) return { i: message.i, t: message.t };
  const { u, b, h } = message.p;
  const pin = h?.[ownerPinHeader];
  return { i: message.i, p: { u, b, h: pin === undefined ? {} : { [ownerPinHeader]: String(pin) } } };
}
