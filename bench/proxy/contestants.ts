import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { listen } from '../../src-main/base/listen.ts';
import { originConfig, reverseProxyConfig } from './nginx-config.ts';
import { type ServerProcess, startNginx, startNode } from './server-process.ts';

/** Load and origins share one processor; the server under test has the other one alone. */
export const loadCpu = 0;
export const serverCpu = 1;

export const bulkBytes = 1024 ** 3;

export interface Contestants {
  readonly origin: ServerProcess;
  readonly eventOrigin: ServerProcess;
  /** As reverse proxies of the two origins. */
  readonly nginx: ServerProcess;
  readonly nginxEvents: ServerProcess;
  readonly proxies: readonly ServerProcess[];
  stop(): Promise<void>;
}

/** Starts every server under test and the two origins: nginx with `/1k.json` and `/1g.bin`, and one of events. */
export async function startContestants(folder: string): Promise<Contestants> {
  const started: ServerProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const server of started.splice(0).reverse()) await server.stop();
  };
  const node = async (name: string, file: string, cpu: number): Promise<ServerProcess> => {
    const server = await startNode(name, file, cpu);
    started.push(server);
    return server;
  };
  const nginx = async (name: string, cpu: number, config: (plan: { folder: string; port: number }) => string) => {
    const plan = { folder: join(folder, name.replaceAll(' ', '-')), port: await freePort() };
    mkdirSync(join(plan.folder, 'root'), { recursive: true });
    writeFileSync(join(plan.folder, 'root', '1k.json'), `${JSON.stringify({ text: 'x'.repeat(1012) })}\n`);
    const bulk = openSync(join(plan.folder, 'root', '1g.bin'), 'w');
    ftruncateSync(bulk, bulkBytes);
    closeSync(bulk);
    writeFileSync(join(plan.folder, 'nginx.conf'), config(plan));
    const server = await startNginx(name, join(plan.folder, 'nginx.conf'), plan.port, cpu);
    started.push(server);
    return server;
  };
  try {
    const origin = await nginx('direct', loadCpu, originConfig);
    const eventOrigin = await node('events', './event-origin.ts', loadCpu);
    return {
      origin,
      eventOrigin,
      nginx: await nginx('nginx', serverCpu, (plan) => reverseProxyConfig(plan, origin.port, 'on')),
      nginxEvents: await nginx('nginx events', serverCpu, (plan) => reverseProxyConfig(plan, eventOrigin.port, 'off')),
      proxies: [
        await node('groat', './groat-host.ts', serverCpu),
        await node('undici dispatch', './undici-dispatch.ts', serverCpu),
        await node('bare node:http', './bare-node.ts', serverCpu),
      ],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, 0);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
