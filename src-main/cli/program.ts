import { Command, Option } from 'commander';
import packageFile from '../../package.json' with { type: 'json' };
import { collect, toCount, toDecimal, toPort, toPositiveCount } from './arguments.ts';
import { addAuthorityCommands } from './authority-commands.ts';
import { command, group, out, portOption } from './command.ts';
import { addPrepaidCommands } from './prepaid-commands.ts';
import { toDialect, toFreePath, toRoutePrice } from './route-price.ts';

/** All commands. Each is loaded when it is called, so that a host does not carry what only other commands need. */
export function program(): Command {
  const groat = new Command('groat')
    .description('The wallet, the passport and the till for the AI agents on your machine.')
    .version(packageFile.version, '-V, --version')
    .exitOverride()
    .configureHelp({ sortSubcommands: false, showGlobalOptions: true })
    .showHelpAfterError('(groat help shows the commands)')
    .helpCommand('help [command]', 'explain a command')
    .addHelpText(
      'after',
      '\nEvery command takes --json: one JSON document on stdout, everything else on stderr.\nExit codes: 0 done, 1 refused or failed, 2 called wrongly.',
    );

  command(groat, 'start', 'start Groat here, without a window, until Ctrl-C')
    .addOption(portOption('--proxy-port', 'where agents’ requests come in, else 14020'))
    .addOption(portOption('--rpc-port', 'the sandbox’s Solana JSON-RPC, else 14022'))
    .addOption(portOption('--ui-port', 'where a browser finds the screens, else 14021'))
    .option('--demo', 'also open the demo shop and make a demo agent')
    .action(async (options) => (await import('./commands/start.ts')).start(options, out(options)));
  command(groat, 'ui', 'a link to the screens of the running Groat, good for one minute and once')
    .option('--no-open', 'only print it')
    .action(async (options) => (await import('./commands/ui.ts')).ui(options, out(options)));
  command(groat, 'status', 'what runs, what it holds, what was spent').action(async (options) =>
    (await import('./commands/status.ts')).status(out(options)),
  );
  command(groat, 'pay <url>', 'fetch a URL and pay for it if it asks, telling the six steps')
    .option('-X, --method <method>', 'request method (default: GET, or POST with a body)')
    .option('-H, --header <line>', 'request header, "Name: value"; repeatable', collect, [])
    .option('-d, --data <text>', 'request body')
    .option('--agent <name>', 'spend as this agent', 'cli')
    .action(async (url, options) => (await import('./commands/pay.ts')).pay(url, options, out(options)));
  command(groat, 'serve', 'put a price in front of an API and collect it')
    .requiredOption('--target <url>', 'the API to sell')
    .requiredOption('--price <usdc>', 'price of one request in USDC, e.g. 0.01', toDecimal)
    .option('--route <rule>', '"GET /v1/* = 0.002"; repeatable', toRoutePrice, [])
    .option('--free <path>', 'a path that costs nothing; repeatable', toFreePath, [])
    .option('--prepaid', 'also sell packages of calls ahead')
    .option('--name <name>', 'what buyers see', 'shop')
    .addOption(portOption('--port', 'where the shop listens, else where it did before'))
    .option('--host <address>', 'IP address to listen on, else 127.0.0.1')
    .option('--facilitator <url>', 'let this facilitator verify and settle; none: Groat does')
    .option('--pay-to <address>', 'who is paid, else the till')
    .option('--upfront', 'settle before the API is asked (streams, long work)')
    .addOption(
      new Option('--dialect <name>', 'x402-v2, x402-v1 or open402; repeatable')
        .argParser(toDialect)
        .default([], 'those that are safe on the network'),
    )
    .option('--description <text>', 'one line for buyers')
    .action(async (options) => (await import('./commands/serve.ts')).serve(options, out(options)));
  addShopCommands(groat);
  addPrepaidCommands(groat);
  command(groat, 'demo', 'ten requests by an agent on a throw-away Groat, three of them refused, with proof').action(
    async (options) => (await import('./commands/demo.ts')).demo(out(options)),
  );

  addAuthorityCommands(groat);

  command(groat, 'balance', 'what the wallet holds').action(async (options) =>
    (await import('./commands/balance.ts')).balance(out(options)),
  );
  command(groat, 'history', 'payments, newest first')
    .option('--limit <n>', 'how many', toCount, 50)
    .option('--before <order>', 'older than this order')
    .action(async (options) => (await import('./commands/history.ts')).history(options, out(options)));
  command(groat, 'tx <order>', 'one payment with all its steps, by its order or its transaction').action(
    async (id, options) => (await import('./commands/history.ts')).transaction(id, out(options)),
  );
  command(groat, 'doctor', 'check this machine and say what to mend').action(async (options) =>
    (await import('./commands/doctor.ts')).doctor(out(options)),
  );

  const sandbox = group(groat, 'sandbox', 'money that exists only here');
  command(sandbox, 'fund', 'make sandbox USDC, and the token account for it')
    .argument('<address>', 'whose USDC it shall be')
    .argument('<usdc>', 'how much, e.g. 5', toDecimal)
    .action(async (address, usdc, options) =>
      (await import('./commands/sandbox.ts')).fund(address, usdc, out(options)),
    );
  return groat;
}

function addShopCommands(groat: Command): void {
  const shops = group(groat, 'shops', 'what you sell');
  command(shops, 'list', 'all of them, with what they earned').action(async (options) =>
    (await import('./commands/shops.ts')).listShops(out(options)),
  );
  command(shops, 'show <name>', 'one with its prices, its earnings, and how to buy from it')
    .option('--metrics', 'also where Prometheus reads it, with the token for that')
    .action(async (name, options) => (await import('./commands/shops.ts')).showShop(name, options, out(options)));
  command(shops, 'stop <name>', 'close it; what is under way finishes').action(async (name, options) =>
    (await import('./commands/shops.ts')).stopShop(name, out(options)),
  );
  command(shops, 'start <name>', 'open it again').action(async (name, options) =>
    (await import('./commands/shops.ts')).startShop(name, out(options)),
  );
  command(shops, 'remove <name>', 'close and forget it; its sales stay in the books').action(async (name, options) =>
    (await import('./commands/shops.ts')).removeShop(name, out(options)),
  );
  command(shops, 'sales [name]', 'payments to all shops or one, newest first')
    .option('--undelivered', 'only what was paid and not delivered whole')
    .option('--limit <n>', 'how many', toCount, 50)
    .option('--before <sale>', 'older than this sale')
    .action(async (name, options) => (await import('./commands/shops.ts')).listSales(name, options, out(options)));
  command(shops, 'refund <sale>', 'give a sale’s money back to whoever paid it (PIN)')
    .option('--amount <usdc>', 'a part of it, else all', toDecimal)
    .action(async (sale, options) => (await import('./commands/shops.ts')).refundSale(sale, options, out(options)));

  const facilitator = group(groat, 'facilitator', 'settle payments for other sellers, at your cost in SOL');
  command(facilitator, 'show', 'whether it is on, and what it cost').action(async (options) =>
    (await import('./commands/facilitator.ts')).showFacilitator(out(options)),
  );
  command(facilitator, 'enable', 'switch it on; its token is shown once (PIN)')
    .option('--port <n>', 'where it listens, else where it did before', toPort)
    .option('--sol-per-day <sol>', 'what it may cost in 24 hours, else 0.01', toDecimal)
    .option('--per-minute <n>', 'requests a minute, else 120', toPositiveCount)
    .action(async (options) => (await import('./commands/facilitator.ts')).enableFacilitator(options, out(options)));
  command(facilitator, 'disable', 'switch it off').action(async (options) =>
    (await import('./commands/facilitator.ts')).disableFacilitator(out(options)),
  );
}
