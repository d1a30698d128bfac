import { networks } from '../../../src-shared/model/index.ts';
import { bold, type Output } from '../output.ts';
import { withRunningHost } from '../with-host.ts';

export async function status(output: Output): Promise<void> {
  const found = await withRunningHost((host) => host.host.status());
  output.result(found, () =>
    [
      `${bold('Groat')} runs on the ${bold(found.mode)} (process ${found.pid})`,
      `  address      ${found.address}`,
      ...found.balances.map(({ asset, amount }) => `  ${`${asset} free`.padEnd(12)} ${amount}`),
      `  reserved     ${found.reserved} ${networks[found.mode].usdc.symbol}`,
      `  spent today  ${found.spentToday} ${networks[found.mode].usdc.symbol}`,
      `  orders       ${
        Object.entries(found.orders)
          .map(([state, count]) => `${count} ${state}`)
          .join(', ') || 'none yet'
      }`,
      `  proxy        ${found.proxyUrl}`,
      ...(found.rpcUrl === null ? [] : [`  solana rpc   ${found.rpcUrl}`]),
      ...(found.demoUrl === null ? [] : [`  demo shop    ${found.demoUrl}`]),
      `  home         ${found.home}`,
    ].join('\n'),
  );
}
