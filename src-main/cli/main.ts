import { CommanderError } from 'commander';
import { printError, Refused } from './output.ts';
import { program } from './program.ts';

const usageExit = 2;

/**
 * Runs one command.
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
