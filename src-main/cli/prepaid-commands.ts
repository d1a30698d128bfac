import { type Command, Option } from 'commander';
import { collect, toDecimal, toPositiveCount } from './arguments.ts';
import { command, group, out } from './command.ts';

/** Credit bought ahead, and API keys for single origins. */
export function addPrepaidCommands(groat: Command): void {
  const prepaid = group(groat, 'prepaid', 'calls bought ahead: pay once, then call without a payment each time');
  command(prepaid, 'packages <url>', 'what this seller sells ahead').action(async (url, options) =>
    (await import('./commands/prepaid.ts')).packages(url, out(options)),
  );
  command(prepaid, 'buy <url> <package>', 'buy a package; policy decides as with every payment')
    .option('--agent <name>', 'spend as this agent', 'cli')
    .option('--up-to <usdc>', 'not if it costs more than this', toDecimal)
    .addOption(
      new Option('--form <form>', 'how the credential is spelled').choices(['groat', 'ag402']).default('groat'),
    )
    .action(async (url, wanted, options) =>
      (await import('./commands/prepaid.ts')).buy(url, wanted, options, out(options)),
    );
  command(prepaid, 'status', 'what is left, how fast it goes, what it saved').action(async (options) =>
    (await import('./commands/prepaid.ts')).status(out(options)),
  );
  command(prepaid, 'pending', 'packages that were paid for, or may have been, and are not here yet').action(
    async (options) => (await import('./commands/prepaid.ts')).pending(out(options)),
  );
  command(prepaid, 'recover', 'ask the sellers of those once more').action(async (options) =>
    (await import('./commands/prepaid.ts')).recover(out(options)),
  );
  command(prepaid, 'purge', 'throw away credit that is expired, used up or refused').action(async (options) =>
    (await import('./commands/prepaid.ts')).purge(out(options)),
  );
  command(prepaid, 'renew <id>', 'buy it again by itself when it runs low, or no more (PIN)')
    .option('--below <n>', 'when fewer calls than this are left', toPositiveCount)
    .option('--up-to <usdc>', 'for at most this', toDecimal)
    .option('--off', 'not by itself any more')
    .action(async (id, options, called) => {
      const { below, upTo, off } = options;
      if (off === true ? below !== undefined || upTo !== undefined : below === undefined || upTo === undefined)
        called.error('error: give --below N and --up-to X, or --off');
      await (await import('./commands/prepaid.ts')).renew(id, off === true ? null : { below, upTo }, out(options));
    });

  const secrets = group(groat, 'secrets', 'your own API keys, each for one origin and sent nowhere else');
  command(secrets, 'set <url>', 'keep a key for this origin, read from stdin or asked for (PIN)')
    .option('--agent <name>', 'only for this agent; repeatable', collect, [])
    .action(async (url, options) => (await import('./commands/secrets.ts')).setSecret(url, options, out(options)));
  command(secrets, 'list', 'origins that have one; never the keys').action(async (options) =>
    (await import('./commands/secrets.ts')).listSecrets(out(options)),
  );
  command(secrets, 'remove <url>', 'forget the key of this origin').action(async (url, options) =>
    (await import('./commands/secrets.ts')).removeSecret(url, out(options)),
  );
}
