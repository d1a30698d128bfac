import { createRouterClient } from '@orpc/server';
import type { ShopView } from '../../../src-shared/contract/index.ts';
import type { HostClient } from '../../base/control-client.ts';
import { createHost, createUiSessions, loadConfig, operatorInside } from '../../host/index.ts';
import { bold, dim, type Output } from '../output.ts';
import { realSurroundings } from '../surroundings.ts';
import { runningHost, translated } from '../with-host.ts';
import { untilStopped } from './start.ts';

export interface ServeOptions {
  readonly target: string;
  readonly price: string;
  readonly name: string;
  readonly port: number;
}

/** Hands the shop to a running host and returns; without one, runs one here until Ctrl-C. */
export async function serve(options: ServeOptions, output: Output): Promise<void> {
  const { target, price, name, port } = options;
  const open = (host: HostClient) => translated(() => host.shops.open({ target, price, name, port }));
  const running = await runningHost(process.env);
  if (running !== null) {
    try {
      report(await open(running.host), output, 'The running Groat serves it; it lasts until that one stops.');
    } finally {
      await running.close();
    }
    return;
  }
  const config = loadConfig({}, process.env);
  const around = realSurroundings(config, 'warn');
  const host = await createHost(config, { demo: false, ui: { sessions: createUiSessions(around) } }, around);
  const shop = await open(createRouterClient(host.router, { context: operatorInside })).catch(async (error) => {
    await host.stop(0);
    throw error;
  });
  const ended = untilStopped(host, output);
  report(shop, output, 'Ctrl-C stops.');
  await ended;
}

function report(shop: ShopView, output: Output, note: string): void {
  const { gatewayUrl, payTo, name, network } = shop;
  output.result({ ready: true, gatewayUrl, payTo, name, network }, () =>
    [
      `${bold(shop.name)} sells ${shop.target} for $${shop.price} a request`,
      `  shop   ${gatewayUrl}`,
      `  pays   ${payTo}`,
      dim(note),
    ].join('\n'),
  );
}
