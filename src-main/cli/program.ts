import { Command } from 'commander';
import packageFile from '../../package.json' with { type: 'json' };
import { collect, toCount, toDecimal } from './arguments.ts';
import { addAuthorityCommands } from './authority-commands.ts';
import { command, group, out, portOption } from './command.ts';

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
    .option('--name <name>', 'what buyers see', 'shop')
    .addOption(portOption('--port', 'where the shop listens').default(0, 'any free port'))
    .action(async (options) => (await import('./commands/serve.ts')).serve(options, out(options)));
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
