import { Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { PolicyView, TermsChange } from '../../../src-shared/contract/index.ts';
import { useAct, useClient, useLive } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { LimitsEditor } from '../../ui/limits/LimitsEditor.tsx';
import { dollars } from '../../ui/money.ts';
import { Loading, Note, ProblemNote, Section } from '../../ui/Panels.tsx';

/** What all agents together may do, whatever each of them may. */
export function DeskLimits() {
  const client = useClient();
  const { data, error, refetch } = useQuery({ queryKey: ['rules', 'policy'], queryFn: () => client.policy.show() });
  return (
    <Section title="Limits of all agents together">
      {error !== null && <ProblemNote problem={toProblem(error)} again={() => void refetch()} />}
      {data === undefined && error === null && <Loading what="the limits" />}
      {data !== undefined && <Editor policy={data} />}
    </Section>
  );
}

function Editor({ policy }: { readonly policy: PolicyView }) {
  const queries = useQueryClient();
  const network = useLive(({ status }) => status?.network ?? null);
  const save = useAct(
    (change: TermsChange, client, asOwner) =>
      asOwner('loosen the limits of all agents together', (context) =>
        client.policy.set({ ...change, subject: 'desk' }, { context }),
      ),
    () => void queries.invalidateQueries({ queryKey: ['rules'] }),
  );
  const desk = policy.delegations.find(({ parent }) => parent === null);
  if (desk === undefined)
    return (
      <Note tone="bad" title="The limits cannot be read">
        {policy.problem ?? 'Nothing is paid.'} Put a backup of Groat’s folder back.
      </Note>
    );
  // Off play money the first PIN can be set only while the rules are untouched: who changes them first never gets one.
  if (!policy.hasPin && network !== 'sandbox')
    return (
      <Note tone="info" title="First choose your PIN">
        On this network only somebody with a PIN may have limits of their own. Choose it below, then come back.
      </Note>
    );
  return (
    <Stack gap="lg">
      <Text size="sm" c="dimmed">
        These stand above every agent’s own limits. <Ceilings ceilings={policy.ceilings} />
      </Text>
      <LimitsEditor
        terms={desk.terms}
        usage={desk.usage}
        busy={save.busy}
        problem={save.problem}
        onSave={(change) => save.run(change)}
      />
    </Stack>
  );
}

function Ceilings({ ceilings }: { readonly ceilings: PolicyView['ceilings'] }) {
  if (ceilings === null) return 'On the sandbox there is nothing above them.';
  return `Above them stand fixed ceilings that nothing passes: ${dollars(ceilings.perPayment)} for one payment, ${dollars(ceilings.perDay)} in 24 hours and ${ceilings.perMinuteCount} payments in a minute.`;
}
