import { networks } from '../../../src-shared/model/index.ts';
import { bold, dim, type Output, red, yellow } from '../output.ts';
import { withRunningHost } from '../with-host.ts';

const mending =
  'Find out why (`groat log show`, `groat log verify`); then `groat resume --accept-books`, or, where the policy itself was changed, put a backup of the database back.';

export async function status(output: Output): Promise<void> {
  const found = await withRunningHost((host) => host.host.status());
  output.result(found, () =>
    [
      `${bold('Groat')} runs on the ${bold(found.mode)} (process ${found.pid})`,
      ...(found.problem === null ? [] : [`  ${red('nothing is granted')}: ${found.problem}`, dim(`  ${mending}`)]),
      ...(found.paused ? [`  ${yellow('paused')}: nothing is paid until \`groat resume\``] : []),
      ...(found.waiting === 0
        ? []
        : [`  ${yellow(`${found.waiting} waiting`)} for your yes: \`groat approvals list\``]),
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
