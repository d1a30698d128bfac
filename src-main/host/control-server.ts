import { chmodSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AnyContractRouter } from '@orpc/contract';
import type { Router } from '@orpc/server';
import { RPCHandler } from '@orpc/server/node';
import type { LogSink } from '../base/log-sink.ts';
import type { CallContext } from './call.ts';
import type { OwnerDoor } from './owner-door.ts';
import { ownerProof } from './owner-proof.ts';

export interface ControlServer {
  /** Takes no new calls and lets running ones end for so long. */
  stop(graceMs: number): Promise<void>;
}

/**
 * The host's door for CLI and MCP: the contract over HTTP on a Unix socket of mode 0600 (a named pipe on Windows). Whoever
 * can open it is the operator; a call that carries the PIN is the owner's.
 */
export async function startControlServer(
  socketPath: string,
  router: Router<AnyContractRouter, CallContext>,
  ownerDoor: OwnerDoor,
  log: LogSink,
): Promise<ControlServer> {
  const handler = new RPCHandler<CallContext>(router, { interceptors: [ownerProof(ownerDoor, log)] });
  const server = createServer((request, response) => {
    response.setHeader('Cache-Control', 'no-store');
    handler
      .handle(request, response, { prefix: '/rpc', context: { rank: 'operator', pinProven: false, door: 'control' } })
      .then(({ matched }) => {
        if (!matched) response.writeHead(404).end();
      })
      .catch((error) => {
        log.error('control call failed', { error });
        response.destroy();
      });
  });
  // The instance lock is ours, so a socket that lies there belongs to a host that is gone.
  if (process.platform !== 'win32') rmSync(socketPath, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, () => resolve());
  });
  if (process.platform !== 'win32') chmodSync(socketPath, 0o600);
  return {
    async stop(graceMs) {
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
      clearTimeout(cut);
    },
  };
}
