import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import packageFile from '../../package.json' with { type: 'json' };
import { createOutput, type Output, printError, Refused } from './output.ts';

const usageExit = 2;

/**
 * Runs one command. Each is loaded when it is called, so that a host does not carry what only other commands need.
 * Exit codes: 0 done, 1 refused or failed, 2 called wrongly.
 */
export async function main(args: readonly string[]): Promise<void> {
  process.umask(0o077);
  // Node would print such an error as it is; ours passes the redaction, and the process ends closed, not half alive.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error) => {
      printError(error, false);
      process.exit(1);
    });
  }
  // `groat history | head`: whoever read us has gone. A host goes on without readers: money may be under way.
  const longLived = ['start', 'serve', 'demo'].includes(args[0] ?? '');
  process.stdout.on('error', () => {
    if (!longLived) process.exit(0);
  });
  process.stderr.on('error', () => undefined);
  const json = args.includes('--json');
  try {
    await program().parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : usageExit;
      if (process.exitCode !== 0 && json) {
        const message = error.message.replace(/^error: /, '');
        process.stdout.write(`${JSON.stringify({ error: { code: 'usage', message, next: 'See `groat help`.' } })}\n`);
      }
      return;
    }
    if (!(error instanceof Refused)) printError(error, json);
    process.exitCode = 1;
  }
}

const portOption = (flag: string, text: string) =>
  new Option(`${flag} <n>`, `${text} (0 = any free port)`).argParser(toPort);

function toPort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('It must be a port number, 0 to 65535.');
  return port;
}

function toDecimal(text: string): string {
  if (!/^(0|[1-9]\d{0,14})(\.\d{1,6})?$/.test(text))
    throw new InvalidArgumentError('It must be a plain decimal such as 0.01.');
  return text;
}

function toCount(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text) || Number(text) > 1000) throw new InvalidArgumentError('It must be 1 to 1000.');
  return Number(text);
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function program(): Command {
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

  /** Each command gets `--json` and an output made for it. */
  const command = (parent: Command, usage: string, text: string) =>
    parent
      .command(usage)
      .description(text)
      .option('--json', 'one JSON document on stdout, nothing else')
      .exitOverride();
  const out = (options: { json?: true }): Output => createOutput(options.json === true);

  command(groat, 'start', 'start Groat here, without a window, until Ctrl-C')
    .addOption(portOption('--proxy-port', 'where agents’ requests come in, else 14020'))
    .addOption(portOption('--rpc-port', 'the sandbox’s Solana JSON-RPC, else 14022'))
    .option('--demo', 'also open the demo shop and make a demo agent')
    .action(async (options) => (await import('./commands/start.ts')).start(options, out(options)));
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

  const agents = groat.command('agents').description('who may spend').exitOverride();
  command(agents, 'add <name>', 'add an agent and show its proxy URL once')
    .option('--per-payment <usdc>', 'most for one payment', toDecimal)
    .option('--per-day <usdc>', 'most in any 24 hours', toDecimal)
    .action(async (name, options) => (await import('./commands/agents.ts')).addAgent(name, options, out(options)));
  command(agents, 'list', 'agents with their limits').action(async (options) =>
    (await import('./commands/agents.ts')).listAgents(out(options)),
  );
  command(agents, 'revoke <name>', 'end an agent’s credential at once').action(async (name, options) =>
    (await import('./commands/agents.ts')).revokeAgent(name, out(options)),
  );

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

  const sandbox = groat.command('sandbox').description('money that exists only here').exitOverride();
  command(sandbox, 'fund', 'make sandbox USDC, and the token account for it')
    .argument('<address>', 'whose USDC it shall be')
    .argument('<usdc>', 'how much, e.g. 5', toDecimal)
    .action(async (address, usdc, options) =>
      (await import('./commands/sandbox.ts')).fund(address, usdc, out(options)),
    );
  return groat;
}
