import { useQueryClient } from '@tanstack/react-query';
import type { DelegationView, PolicyView, TermsChange } from '../../../src-shared/contract/index.ts';
import { useAct } from '../../rpc/host.ts';
import { LimitsEditor } from '../../ui/limits/LimitsEditor.tsx';
import { Section } from '../../ui/Panels.tsx';
import { strictest } from './handed-on.ts';

/** What the agent may; what is looser is the owner's to say. */
export function AgentLimits({
  own: { subject, terms, usage },
  above,
  roles,
}: {
  readonly own: DelegationView;
  readonly above: readonly DelegationView[];
  readonly roles: PolicyView['roles'];
}) {
  const queries = useQueryClient();
  const save = useAct(
    (change: TermsChange, client, asOwner) =>
      asOwner(`loosen the limits of ${subject}`, (context) => client.policy.set({ ...change, subject }, { context })),
    () => void queries.invalidateQueries({ queryKey: ['rules'] }),
  );
  return (
    <Section title="Limits">
      <LimitsEditor
        terms={terms}
        usage={usage}
        above={strictest(above.map((link) => link.terms))}
        aboveName={above.length > 1 ? 'what stands above it' : 'all agents together'}
        roles={roles}
        busy={save.busy}
        problem={save.problem}
        onSave={save.run}
      />
    </Section>
  );
}
