import type { AgentDetail } from '../../../src-shared/contract/index.ts';
import { toAgentName } from '../../../src-shared/model/index.ts';
import { bold, clockTime, dim, type Output, table } from '../output.ts';
import { type TermsOptions, termsChange } from '../terms-options.ts';
import { delegationText, subjectName } from '../terms-text.ts';
import { withHost } from '../with-host.ts';

export async function addAgent(name: string, options: TermsOptions, output: Output): Promise<void> {
  const agent = toAgentName(name);
  const added = await withHost((host) => host.agents.add({ ...termsChange(options), agent }));
  output.result({ agent: added.agent, proxyUrl: added.proxyUrl }, () =>
    [
      `Agent ${added.agent} may spend up to ${sum(added.perPayment)} a payment and ${sum(added.perDay)} in any 24 hours.`,
      ...proxyUrlLines(added.proxyUrl),
    ].join('\n'),
  );
}

export async function delegateAgent(from: string, name: string, options: TermsOptions, output: Output): Promise<void> {
  const parties = { from: toAgentName(from), agent: toAgentName(name) };
  const handed = await withHost((host) => host.agents.delegate({ ...termsChange(options), ...parties }));
  output.result(handed, () =>
    [
      delegationText(handed.delegation),
      dim(`What it spends counts for ${parties.from} too.`),
      '',
      ...proxyUrlLines(handed.proxyUrl),
    ].join('\n'),
  );
}

function proxyUrlLines(proxyUrl: string): readonly string[] {
  return [
    'Its proxy URL, shown this once (it answers while `groat start` runs):',
    '',
    `  ${proxyUrl}`,
    '',
    dim('Give it to the agent as its HTTP proxy, e.g.  export http_proxy=…  (https passes through unseen for now).'),
  ];
}

export async function listAgents(output: Output): Promise<void> {
  const agents = await withHost((host) => host.agents.list());
  output.result(agents, () =>
    agents.length === 0
      ? 'No agents yet. Add one with `groat agents add NAME`.'
      : table(
          ['agent', 'a payment', 'in 24 h', 'spent', 'trust', 'state', 'since (UTC)'],
          agents.map((agent) => [
            agent.agent,
            sum(agent.perPayment),
            sum(agent.perDay),
            `$${agent.spentToday}`,
            agent.trust.toFixed(2),
            agent.state,
            clockTime(agent.createdAt),
          ]),
          [1, 2, 3, 4],
        ),
  );
}

export async function showAgent(name: string, output: Output): Promise<void> {
  const agent = toAgentName(name);
  const detail = await withHost((host) => host.agents.show({ agent }));
  output.result(detail, () => describe(detail));
}

export async function limitAgent(name: string, options: TermsOptions, output: Output): Promise<void> {
  const agent = toAgentName(name);
  const delegation = await withHost((host) => host.agents.limit({ ...termsChange(options), agent }));
  output.result(delegation, () => delegationText(delegation));
}

export async function pauseAgent(name: string, output: Output): Promise<void> {
  const agent = toAgentName(name);
  const paused = await withHost((host) => host.agents.pause({ agent }));
  output.result(paused, () => `${agent} pays nothing from now on. \`groat agents resume ${agent}\` lifts it (PIN).`);
}

export async function resumeAgent(name: string, output: Output): Promise<void> {
  const agent = toAgentName(name);
  const resumed = await withHost((host) => host.agents.resume({ agent }));
  output.result(resumed, () => `${agent} may pay again.`);
}

export async function revokeAgent(name: string, output: Output): Promise<void> {
  const agent = toAgentName(name);
  const revoked = await withHost((host) => host.agents.revoke({ agent }));
  output.result(
    revoked,
    () => `Agent ${revoked.agent} may not spend any more; its credential is dead, and what it handed on ends with it.`,
  );
}

const sum = (cap: string) => (cap === 'none' ? 'any sum' : `$${cap}`);

function describe({ agent, state, delegations, handedOnTo, trust, statistics }: AgentDetail): string {
  const parts = Object.entries(trust.parts).map(([part, value]) => `${part} ${value.toFixed(2)}`);
  const share = (value: number | null) => (value === null ? '–' : `${Math.round(value * 100)} %`);
  const deniedBy = Object.entries(statistics.deniedBy)
    .sort(([, one], [, other]) => other - one)
    .map(([reason, count]) => `${count} ${reason}`);
  return [
    `${bold(agent)} is ${state}${handedOnTo.length === 0 ? '' : `; handed a part on to ${handedOnTo.map(subjectName).join(', ')}`}`,
    '',
    ...delegations.flatMap((delegation) => [delegationText(delegation), '']),
    `trust as ${trust.role}  ${trust.score.toFixed(2)}  ${dim(parts.join(', '))}`,
    `requests  ${statistics.requests}: ${statistics.granted} granted (${share(statistics.successRate)}), ` +
      `${statistics.denied} denied, ${statistics.deferred} deferred, ${statistics.expired} expired`,
    ...(deniedBy.length === 0 ? [] : [dim(`  denied: ${deniedBy.join(', ')}`)]),
    `paid      $${statistics.spent} in all; ${statistics.delivered} delivered, ${statistics.undelivered} not`,
  ].join('\n');
}
