import type { CallOutcome, SaleView, ShopDetail, ShopView } from '../../../src-shared/contract/index.ts';
import { bold, clockTime, dim, green, inert, type Output, red, short, table, yellow } from '../output.ts';
import { withHost, withRunningHost } from '../with-host.ts';

export async function listShops(output: Output): Promise<void> {
  const shops = await withHost((host) => host.shops.list());
  output.result(shops, () =>
    shops.length === 0
      ? 'No shops yet. Open one with `groat serve --target URL --price 0.01`.'
      : [
          table(
            ['shop', 'state', 'address', 'price', 'today', 'in all', 'calls'],
            shops.map((shop) => [
              shop.name,
              shop.state,
              shop.gatewayUrl,
              `$${shop.price}`,
              `$${shop.revenue.today}`,
              `$${shop.revenue.total}`,
              String(served(shop)),
            ]),
            [3, 4, 5, 6],
          ),
          ...shops.flatMap(({ name, problem }) => (problem === null ? [] : [red(`${name}: ${inert(problem)}`)])),
        ].join('\n'),
  );
}

export async function showShop(name: string, options: { metrics?: true }, output: Output): Promise<void> {
  const [detail, metrics] = await withHost(
    async (host) =>
      [await host.shops.show({ name }), options.metrics === true ? await host.shops.metrics({ name }) : null] as const,
  );
  output.result(metrics === null ? detail : { ...detail, metrics }, () =>
    [
      describe(detail),
      ...(metrics === null
        ? []
        : [
            '',
            `metrics  curl -H "Authorization: Bearer ${metrics.token}" ${metrics.url ?? `${detail.gatewayUrl}/metrics`}`,
          ]),
    ].join('\n'),
  );
}

export async function stopShop(name: string, output: Output): Promise<void> {
  const shop = await withHost((host) => host.shops.stop({ name }));
  output.result(
    shop,
    () => `${shop.name} is closed and stays so; \`groat shops start ${quoted(shop.name)}\` opens it again.`,
  );
}

export async function startShop(name: string, output: Output): Promise<void> {
  // Without a running Groat it would be closed again at once.
  const shop = await withRunningHost((host) => host.shops.start({ name }));
  output.result(shop, () => `${shop.name} is open at ${shop.gatewayUrl}.`);
}

export async function removeShop(name: string, output: Output): Promise<void> {
  const removed = await withHost((host) => host.shops.remove({ name }));
  output.result(removed, () => `${removed.name} is gone; its sales stay in the books (\`groat shops sales\`).`);
}

export async function listSales(
  name: string | undefined,
  options: { undelivered?: true; limit: number; before?: string },
  output: Output,
): Promise<void> {
  const { limit, before } = options;
  const sales = await withHost((host) =>
    host.shops.sales({
      limit,
      undelivered: options.undelivered === true,
      ...(name === undefined ? {} : { name }),
      ...(before === undefined ? {} : { before }),
    }),
  );
  output.result(sales, () => (sales.length === 0 ? 'No sales here yet.' : sales.map(saleLines).join('\n')));
}

export async function refundSale(sale: string, options: { amount?: string }, output: Output): Promise<void> {
  const { amount } = options;
  const refund = await withHost((host) => host.shops.refund({ sale, ...(amount === undefined ? {} : { amount }) }));
  output.result({ sale, ...refund }, () =>
    refund.state === 'settled'
      ? `$${refund.amount} went back to whoever paid ${sale}, in ${refund.signature}.`
      : refund.state === 'signed'
        ? `$${refund.amount} is on its way back (${refund.signature}); Groat looks until it is known. Do not send it again.`
        : `The refund could not land and nothing was sent. Try \`groat shops refund ${sale}\` once more.`,
  );
}

function saleLines({
  id,
  at,
  shop,
  amount,
  state,
  delivery,
  dialect,
  method,
  url,
  payer,
  refund,
  why,
}: SaleView): string {
  const paint = state === 'settled' ? green : state === 'failed' ? red : yellow;
  const end = state === 'settled' && delivery !== 'complete' ? `, ${deliveryText[delivery]}` : '';
  const back = refund === null ? '' : `, refund of $${refund.amount} ${refund.state}`;
  return [
    `${bold(id)}  $${amount}  ${paint(state)}${end}${back}`,
    dim(`  ${clockTime(at)}  ${inert(shop)}  ${dialect}  by ${short(payer)}`),
    dim(`  ${inert(method)} ${inert(url)}`),
    ...(why === null ? [] : [dim(`  ${inert(why)}`)]),
  ].join('\n');
}

const deliveryText: { readonly [D in SaleView['delivery']]: string } = {
  none: 'nothing delivered',
  complete: 'delivered',
  cut: 'delivered in part',
  refused: 'the API failed',
};

const served = ({ calls }: ShopView): number =>
  (['paid', 'prepaid', 'free'] as const).reduce((sum, outcome) => sum + (calls[outcome] ?? 0), 0);

const outcomeText: { readonly [O in CallOutcome]: string } = {
  paid: 'paid',
  prepaid: 'from credit',
  free: 'free',
  unpaid: 'asked to pay',
  refused: 'refused',
  limited: 'over a limit',
  failed: 'failed behind the shop',
};

function describe(shop: ShopDetail): string {
  const counts = Object.entries(shop.calls).map(
    ([outcome, count]) => `${count} ${outcomeText[outcome as CallOutcome]}`,
  );
  const { credit } = shop;
  return [
    `${bold(shop.name)} is ${shop.state}${shop.description === '' ? '' : `: ${inert(shop.description)}`}`,
    ...(shop.problem === null ? [] : [red(inert(shop.problem))]),
    `  shop      ${shop.gatewayUrl}`,
    `  sells     ${inert(shop.target)}`,
    `  pays      ${shop.payTo}`,
    `  price     $${shop.price} a request, settled ${shop.flow === 'after' ? 'after the API answered' : 'before the API is asked'}`,
    ...shop.routes.map(({ method, path, price }) => {
      const what = `${method === '*' ? '' : `${method} `}${inert(path)}`;
      return `  route     ${what}  ${price === '0' ? 'free' : `$${price}`}`;
    }),
    `  takes     ${shop.dialects.join(', ')}${shop.prepaid ? ', prepaid' : ''}`,
    ...(shop.facilitator === null ? [] : [`  settles   by ${inert(shop.facilitator)}`]),
    `  earned    $${shop.revenue.today} today, $${shop.revenue.total} in all`,
    `  today     ${counts.length === 0 ? 'no requests' : counts.join(', ')}`,
    ...(credit.packages === 0
      ? []
      : [`  credit    ${credit.callsLeft} of ${credit.callsSold} calls left in ${credit.packages} packages`]),
    ...(shop.undelivered === 0
      ? []
      : [
          yellow(
            `  ${shop.undelivered} paid and not delivered whole: groat shops sales ${quoted(shop.name)} --undelivered`,
          ),
        ]),
    '',
    dim('Buy from it:'),
    `  groat pay ${shop.gatewayUrl}/`,
    `  curl -i ${shop.gatewayUrl}/      ${dim('shows the 402 that says how')}`,
    ...(shop.prepaid ? [`  groat prepaid packages ${shop.gatewayUrl}`] : []),
  ].join('\n');
}

const quoted = (name: string) => (/^[\w.-]+$/.test(name) ? name : `"${name}"`);
