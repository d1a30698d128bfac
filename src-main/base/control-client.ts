import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import { Agent, fetch as undiciFetch } from 'undici';
import type { Contract } from '../../src-shared/contract/index.ts';
import { ownerPinHeader } from './control-socket.ts';

export type HostClient = ContractRouterClient<Contract>;

export interface ControlClient {
  readonly host: HostClient;
  close(): Promise<void>;
}

/**
 * Talks to a host over its control socket; with a PIN as its owner, proven with each call. Calls fail with the socket's
 * own error when nobody listens there.
 */
export function connectControl(socketPath: string, ownerPin: Buffer | null = null): ControlClient {
  const proof: readonly [string, string][] =
    ownerPin === null ? [] : [[ownerPinHeader, ownerPin.toString('base64url')]];
  const agent = new Agent({ connect: { socketPath }, bodyTimeout: 0, headersTimeout: 0 });
  const link = new RPCLink({
    url: 'http://groat.invalid/rpc',
    fetch: async (request) => {
      const body = request.body === null ? null : await request.arrayBuffer();
      const answer = await undiciFetch(request.url, {
        method: request.method,
        headers: [...request.headers, ...proof],
        body,
        signal: request.signal,
        dispatcher: agent,
      });
      return new Response(answer.body as ReadableStream | null, {
        status: answer.status,
        headers: [...answer.headers],
      });
    },
  });
  return { host: createORPCClient(link), close: () => agent.destroy() };
}
