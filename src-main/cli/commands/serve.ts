import { createRouterClient } from '@orpc/server';
import type { RoutePrice, ShopView, ShopWish } from '../../../src-shared/contract/index.ts';
import type { HostClient } from '../../base/control-client.ts';
import { createHost, createUiSessions, loadConfig, operatorInside } from '../../host/index.ts';
import { cheapCredit } from '../cheap-credit.ts';
import { HostError } from '../host-error.ts';
import { bold, dim, inert, type Output, yellow } from '../output.ts';
import { canReadPin, readPin } from '../pin.ts';
import { realSurroundings } from '../surroundings.ts';
import { runningHost, translated, withRunningHost } from '../with-host.ts';
import { untilStopped } from './start.ts';

type Dialect = NonNullable<ShopWish['dialects']>[number];

export interface ServeOptions {
  readonly target: string;
  readonly price: string;
  readonly name: string;
  readonly route: readonly RoutePrice[];
  readonly free: readonly string[];
  readonly prepaid?: true;
  readonly port?: number;
  readonly host?: string;
  readonly facilitator?: string;
  readonly upfront?: true;
  readonly dialect: readonly Dialect[];
  readonly description?: string;
  readonly payTo?: string;
}

type Wish = Parameters<HostClient['shops']['open']>[0];

/** Hands the shop to a running host and returns; without one, runs one here until Ctrl-C. */
export async function serve(options: ServeOptions, output: Output): Promise<void> {
  const wish = wishOf(options);
  const running = await runningHost(process.env);
  if (running !== null) {
    await running.close();
    const [shop, gaps] = await withRunningHost(
      async (host) => [await host.shops.open(wish), await gapsOf(host, options.name)] as const,
    );
    report(shop, gaps, output, 'The running Groat serves it, and again after a restart: `groat shops stop` ends it.');
    return;
  }
  const config = loadConfig({}, process.env);
  const around = realSurroundings(config, 'warn');
  const host = await createHost(config, { demo: false, ui: { sessions: createUiSessions(around) } }, around);
  const client = createRouterClient(host.router, { context: operatorInside });
  const opened = await translated(() => client.shops.open(wish))
    .catch(async (error) => {
      if (!(error instanceof HostError) || error.code !== 'owner-required' || !canReadPin()) throw error;
      const pin = await readPin('of this Groat');
      await translated(() => host.ownerDoor(pin));
      const context = { ...operatorInside, rank: 'owner', pinProven: true } as const;
      return translated(() => createRouterClient(host.router, { context }).shops.open(wish));
    })
    .catch(async (error) => {
      await host.stop(0);
      throw error;
    });
  const gaps = await gapsOf(client, options.name);
  const ended = untilStopped(host, output);
  report(
    opened,
    gaps,
    output,
    'Ctrl-C stops. The shop comes back with the next `groat start`; `groat shops stop` ends it.',
  );
  await ended;
}

/** What is not typed stays what it was, or is the default. */
function wishOf(options: ServeOptions): Wish {
  const { target, price, name, route, free, port, host, facilitator, description, payTo, dialect } = options;
  const routes = [...route, ...free.map((path): RoutePrice => ({ method: '*', path, price: '0' }))];
  return {
    target,
    price,
    name,
    ...(routes.length === 0 ? {} : { routes }),
    ...(options.prepaid === true ? { prepaid: true } : {}),
    ...(port === undefined ? {} : { port }),
    ...(host === undefined ? {} : { host }),
    ...(facilitator === undefined ? {} : { facilitator: facilitator === 'none' ? null : facilitator }),
    ...(options.upfront === true ? { flow: 'upfront' as const } : {}),
    ...(dialect.length === 0 ? {} : { dialects: [...dialect] }),
    ...(description === undefined ? {} : { description }),
    ...(payTo === undefined ? {} : { payTo }),
  };
}

/** What its owner should know before the first sale. What cannot be found out now is left out. */
async function gapsOf({ shops }: Pick<HostClient, 'shops'>, name: string): Promise<readonly string[]> {
  const [gaps, cheap] = await Promise.all([
    shops.gaps().catch(() => []),
    shops.show({ name }).then(cheapCredit, () => null),
  ]);
  return cheap === null ? gaps : [...gaps, cheap];
}

function report(shop: ShopView, gaps: readonly string[], output: Output, note: string): void {
  const { gatewayUrl, payTo, name, network } = shop;
  output.result({ ready: true, name, gatewayUrl, payTo, network }, () =>
    [
      `${bold(shop.name)} sells ${inert(shop.target)} for ${shop.price === '0' ? 'what its routes say' : `$${shop.price} a request`}`,
      `  shop   ${gatewayUrl}`,
      `  pays   ${payTo}`,
      ...shop.routes.map(({ method, path, price }) => {
        const what = `${method === '*' ? '' : `${method} `}${inert(path)}`;
        return `  route  ${what}  ${price === '0' ? 'free' : `$${price}`}`;
      }),
      ...gaps.map((gap) => yellow(gap)),
      dim(`Buy from it: groat pay ${gatewayUrl}/`),
      dim(note),
    ].join('\n'),
  );
}
