import { toAgentName } from '../../../src-shared/model/index.ts';
import { clockTime, dim, type Output, table } from '../output.ts';
import { withHost } from '../with-host.ts';

export interface AgentOptions {
  readonly perPayment?: string;
  readonly perDay?: string;
}

export async function addAgent(name: string, options: AgentOptions, output: Output): Promise<void> {
  const { perPayment, perDay } = options;
  const agent = toAgentName(name);
  const added = await withHost((host) => host.agents.add({ agent, perPayment, perDay }));
  output.result({ agent: added.agent, proxyUrl: added.proxyUrl }, () =>
    [
      `Agent ${added.agent} may spend up to $${added.perPayment} a payment and $${added.perDay} in any 24 hours.`,
      'Its proxy URL, shown this once (it answers while `groat start` runs):',
      '',
      `  ${added.proxyUrl}`,
      '',
      dim('Give it to the agent as its HTTP proxy, e.g.  export http_proxy=…  (https passes through unseen for now).'),
    ].join('\n'),
  );
}

export async function listAgents(output: Output): Promise<void> {
  const agents = await withHost((host) => host.agents.list());
  output.result(agents, () =>
    agents.length === 0
      ? 'No agents yet. Add one with `groat agents add NAME`.'
      : table(
          ['agent', 'a payment', 'in 24 h', 'spent', 'since', ''],
          agents.map((agent) => [
            agent.agent,
            `$${agent.perPayment}`,
            `$${agent.perDay}`,
            `$${agent.spentToday}`,
            clockTime(agent.createdAt),
            agent.revokedAt === null ? '' : 'revoked',
          ]),
          [1, 2, 3],
        ),
  );
}

export async function revokeAgent(name: string, output: Output): Promise<void> {
  const agent = toAgentName(name);
  const revoked = await withHost((host) => host.agents.revoke({ agent }));
  output.result(revoked, () => `Agent ${revoked.agent} may not spend any more; its credential is dead.`);
}
