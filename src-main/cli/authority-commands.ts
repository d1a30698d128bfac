import { type Command, Option } from 'commander';
import { actionNames, networkNames } from '../../src-shared/model/index.ts';
import { logKinds } from '../log/index.ts';
import { toCap, toCount, toDecimal, toPositiveCount, toShare } from './arguments.ts';
import { command, group, out } from './command.ts';
import { changesNothing, type TermsOptions, withTermsOptions } from './terms-options.ts';

/** Who may spend what, and who says so. What loosens asks for the PIN, on the terminal or from GROAT_PIN_FILE. */
export function addAuthorityCommands(groat: Command): void {
  addAgentCommands(groat);
  addPolicyCommands(groat);
  addApprovalCommands(groat);

  command(groat, 'pause', 'pay nothing for anybody until the owner resumes').action(async (options) =>
    (await import('./commands/desk.ts')).pauseAll(out(options)),
  );
  command(groat, 'resume', 'lift the pause (PIN)')
    .option('--accept-books', 'you have seen why spending stood still, and it may go on from here')
    .action(async (options) => (await import('./commands/desk.ts')).resumeAll(options, out(options)));

  addLawCommands(groat);
  const owner = group(groat, 'owner', 'whose Groat this is');
  command(owner, 'set-pin', 'set or replace the owner’s PIN (GROAT_PIN_FILE, GROAT_NEW_PIN_FILE, or asked)').action(
    async (options) => (await import('./commands/owner.ts')).setPin(out(options)),
  );
  addLogCommands(groat);
}

/** A change that names nothing is a mistake, not a change. */
function refuseNothing(options: TermsOptions, called: Command): void {
  if (changesNothing(options)) called.error('error: say what to change, e.g. --per-day 5');
}

function addAgentCommands(groat: Command): void {
  const agents = group(groat, 'agents', 'who may spend');
  withTermsOptions(command(agents, 'add <name>', 'add an agent and show its proxy URL once')).action(
    async (name, options) => (await import('./commands/agents.ts')).addAgent(name, options, out(options)),
  );
  command(agents, 'list', 'agents with their limits, trust and state').action(async (options) =>
    (await import('./commands/agents.ts')).listAgents(out(options)),
  );
  command(agents, 'show <name>', 'one agent: limits above it, trust, what it did').action(async (name, options) =>
    (await import('./commands/agents.ts')).showAgent(name, out(options)),
  );
  withTermsOptions(command(agents, 'limit <name>', 'change what an agent may do (loosening: PIN)')).action(
    async (name, options, called) => {
      refuseNothing(options, called);
      await (await import('./commands/agents.ts')).limitAgent(name, options, out(options));
    },
  );
  withTermsOptions(command(agents, 'delegate <from> <name>', 'hand a part of one agent’s leave to a new one')).action(
    async (from, name, options) =>
      (await import('./commands/agents.ts')).delegateAgent(from, name, options, out(options)),
  );
  command(agents, 'pause <name>', 'pay nothing for this agent until it is resumed').action(async (name, options) =>
    (await import('./commands/agents.ts')).pauseAgent(name, out(options)),
  );
  command(agents, 'resume <name>', 'lift its pause (PIN)').action(async (name, options) =>
    (await import('./commands/agents.ts')).resumeAgent(name, out(options)),
  );
  command(agents, 'revoke <name>', 'end an agent’s credential, and what it handed on, at once').action(
    async (name, options) => (await import('./commands/agents.ts')).revokeAgent(name, out(options)),
  );
}

function addPolicyCommands(groat: Command): void {
  const policy = group(groat, 'policy', 'the rules in force');
  command(policy, 'show [subject]', 'all of it, or of `desk` or an agent').action(async (subject, options) =>
    (await import('./commands/policy.ts')).showPolicy(subject, out(options)),
  );
  withTermsOptions(command(policy, 'set <subject>', 'change `desk` or an agent (loosening: PIN)')).action(
    async (subject, options, called) => {
      refuseNothing(options, called);
      await (await import('./commands/policy.ts')).setPolicy(subject, options, out(options));
    },
  );
  command(policy, 'history', 'changes, newest first')
    .option('--limit <n>', 'how many', toCount, 50)
    .action(async (options) => (await import('./commands/policy.ts')).policyHistory(options, out(options)));
  command(policy, 'ceilings', 'what no other setting passes (PIN)')
    .requiredOption('--per-payment <usdc>', 'most for one payment', toDecimal)
    .requiredOption('--per-day <usdc>', 'most in any 24 hours', toDecimal)
    .requiredOption('--per-minute-count <n>', 'most payments in any minute', toPositiveCount)
    .action(async (options) => (await import('./commands/policy.ts')).setCeilings(options, out(options)));
  const role = group(policy, 'role', 'parts that delegations let agents play');
  command(role, 'set <name>', 'a role of your own, or in a built-in one’s place (PIN)')
    .addOption(new Option('--action <action...>', 'what it may do').choices(actionNames).makeOptionMandatory())
    .option('--max <usdc>', 'most for one action, or none', toCap, 'none')
    .option('--trust <share>', 'the trust it needs, 0 to 1', toShare, 0.4)
    .addOption(
      new Option('--below <what>', 'with less trust it asks, or is refused')
        .choices(['defer', 'deny'])
        .default('defer'),
    )
    .action(async (name, options) => (await import('./commands/policy.ts')).setRole(name, options, out(options)));
  command(role, 'remove <name>', 'as Groat has it, or gone (PIN)').action(async (name, options) =>
    (await import('./commands/policy.ts')).setRole(name, null, out(options)),
  );
  const approver = group(policy, 'approver', 'whose signature counts as a yes besides yours');
  command(approver, 'add <name> <key>', 'Ed25519 public key: base64 of 32 bytes, or a PEM file (PIN)').action(
    async (name, key, options) => (await import('./commands/policy.ts')).addApprover(name, key, out(options)),
  );
  command(approver, 'remove <name>', 'its signatures count no more (PIN)').action(async (name, options) =>
    (await import('./commands/policy.ts')).removeApprover(name, out(options)),
  );
}

function addApprovalCommands(groat: Command): void {
  const approvals = group(groat, 'approvals', 'what waits for your yes');
  const states = ['waiting', 'approved', 'denied', 'expired', 'overtaken'];
  command(approvals, 'list', 'newest first')
    .addOption(new Option('--state <state>', 'only these').choices(states))
    .option('--limit <n>', 'how many', toCount, 100)
    .action(async (options) => (await import('./commands/approvals.ts')).listApprovals(options, out(options)));
  command(approvals, 'show <id>', 'one of them with all that is needed to judge it').action(async (id, options) =>
    (await import('./commands/approvals.ts')).showApproval(id, out(options)),
  );
  command(approvals, 'approve <id>', 'say yes (PIN); the agent’s next try pays')
    .addOption(
      new Option('--scope <scope>', 'this request once, or this payee for a day')
        .choices(['once', 'payee-day'])
        .default('once'),
    )
    .option('--up-to <usdc>', 'up to this sum, else what was asked', toDecimal)
    .action(async (id, options) => (await import('./commands/approvals.ts')).approve(id, options, out(options)));
  command(approvals, 'deny <id>', 'say no')
    .option('--block-payee', 'and never pay this payee, whoever asks')
    .action(async (id, options) => (await import('./commands/approvals.ts')).deny(id, options, out(options)));
  command(approvals, 'attest <id>', 'say yes as a registered approver, by signature')
    .requiredOption('--by <name>', 'the approver’s name')
    .requiredOption('--key <file>', 'its private key: PEM, Ed25519, mode 0600')
    .action(async (id, options) => (await import('./commands/attest.ts')).attestApproval(id, options, out(options)));
  command(approvals, 'watch', 'tell of approvals, breakers and log entries as they come, until Ctrl-C').action(
    async (options) => (await import('./commands/watch.ts')).watch(out(options)),
  );
}

function addLawCommands(groat: Command): void {
  const law = group(groat, 'law', 'norms that hold for all agents');
  command(law, 'show', 'the norms in force').action(async (options) =>
    (await import('./commands/law.ts')).showLaw(out(options)),
  );
  command(law, 'add <file>', 'add the norm or norms of a JSON file (what permits more: PIN)').action(
    async (file, options) => (await import('./commands/law.ts')).addNorms(file, out(options)),
  );
  command(law, 'remove <id>', 'take a norm away (what permits more: PIN)').action(async (id, options) =>
    (await import('./commands/law.ts')).removeNorm(id, out(options)),
  );
  command(law, 'diff [from] [to]', 'what changed between two versions, else in the last one').action(
    async (from, to, options) =>
      (await import('./commands/law.ts')).lawDiff(
        from === undefined ? undefined : toPositiveCount(from),
        to === undefined ? undefined : toPositiveCount(to),
        out(options),
      ),
  );
  command(law, 'history', 'changes, newest first')
    .option('--limit <n>', 'how many', toCount, 50)
    .action(async (options) => (await import('./commands/law.ts')).lawHistory(options, out(options)));
}

function addLogCommands(groat: Command): void {
  const log = group(groat, 'log', 'what happened, in a chain that shows every change');
  command(log, 'show', 'entries, newest first')
    .addOption(new Option('--kind <kind>', 'only these').choices(logKinds))
    .option('--agent <name>', 'only of this agent')
    .option('--limit <n>', 'how many', toCount, 50)
    .action(async (options) => (await import('./commands/log.ts')).showLog(options, out(options)));
  command(log, 'verify [file]', 'check an export, or the log itself; exit 1 when it is not whole')
    .option('--key <file|base58>', 'the log key, else the home’s; never the file’s own')
    .addOption(
      new Option('--network <name>', 'whose log the file is, else the settings’ network').choices(networkNames),
    )
    .action(async (file, options) => (await import('./commands/log-verify.ts')).verifyLog(file, options, out(options)));
  command(log, 'export', 'all of it (PIN)')
    .addOption(
      new Option('--format <format>', 'for checking, or for a spreadsheet').choices(['jsonl', 'csv']).default('jsonl'),
    )
    .option('--out <file>', 'to this file, mode 0600, else to stdout')
    .action(async (options) => (await import('./commands/log.ts')).exportLog(options, out(options)));
}
