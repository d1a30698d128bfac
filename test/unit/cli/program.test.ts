import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { program } from '../../../src-main/cli/program.ts';

function leaves(command: Command): readonly Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

const pathOf = (command: Command | null): string =>
  command === null || command.parent === null ? '' : `${pathOf(command.parent)} ${command.name()}`.trim();

const commands = leaves(program()).map((command) => [pathOf(command), command] as const);

describe('the commands', () => {
  test('are all there', () => {
    const groups = ['agents', 'policy', 'approvals', 'law', 'owner', 'log'];
    expect(commands.map(([path]) => path).filter((path) => groups.some((group) => path.startsWith(group)))).toEqual([
      'agents add',
      'agents list',
      'agents show',
      'agents limit',
      'agents delegate',
      'agents pause',
      'agents resume',
      'agents revoke',
      'policy show',
      'policy set',
      'policy history',
      'policy ceilings',
      'policy role set',
      'policy role remove',
      'policy approver add',
      'policy approver remove',
      'approvals list',
      'approvals show',
      'approvals approve',
      'approvals deny',
      'approvals attest',
      'approvals watch',
      'law show',
      'law add',
      'law remove',
      'law diff',
      'law history',
      'owner set-pin',
      'log show',
      'log verify',
      'log export',
    ]);
  });

  test.each(commands)('%s takes --json, and a PIN nowhere', (path, command) => {
    expect(command.options.map(({ long }) => long)).toContain('--json');
    const taken = [
      ...command.options.map(({ flags }) => flags),
      ...command.registeredArguments.map((one) => one.name()),
    ];
    expect(taken.filter((name) => /pin|secret|pass/i.test(name))).toEqual([]);
    if (path === 'owner set-pin') expect(command.registeredArguments).toEqual([]);
  });
});
