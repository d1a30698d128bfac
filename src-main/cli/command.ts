import { type Command, Option } from 'commander';
import { toPort } from './arguments.ts';
import { createOutput, type Output } from './output.ts';

/** A command with `--json`, as each has it; its errors come back as exceptions. */
export function command(parent: Command, usage: string, text: string): Command {
  return parent
    .command(usage)
    .description(text)
    .option('--json', 'one JSON document on stdout, nothing else')
    .exitOverride();
}

/** A name that only holds commands. */
export function group(parent: Command, name: string, text: string): Command {
  return parent.command(name).description(text).exitOverride();
}

export const out = (options: { json?: true }): Output => createOutput(options.json === true);

export const portOption = (flag: string, text: string) =>
  new Option(`${flag} <n>`, `${text} (0 = any free port)`).argParser(toPort);
