import { Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { TermsView } from '../../../src-shared/contract/index.ts';
import type { NetworkName } from '../../../src-shared/model/index.ts';
import { useAct, useClient, useLive } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import type { CommonSumsText } from '../../ui/limits/CommonSums.tsx';
import { typedCap } from '../../ui/limits/typed-values.ts';
import { Loading, ProblemNote } from '../../ui/Panels.tsx';
import { LimitFields } from './LimitFields.tsx';
import { isLooser, limitPresets, limitsChange, type TwoLimits } from './limit-presets.ts';
import { StepCard, type StepMoves } from './StepCard.tsx';

/** What all agents together may spend. Nothing is loosened without the PIN. */
export function ChooseLimits({ onPin, ...moves }: StepMoves & { onPin(): void }) {
  const client = useClient();
  const network = useLive(({ status }) => status?.network ?? null);
  const { data, error, refetch } = useQuery({ queryKey: ['rules', 'policy'], queryFn: () => client.policy.show() });
  if (error !== null) return <ProblemNote problem={toProblem(error)} again={() => void refetch()} />;
  if (data === undefined || network === null) return <Loading what="the limits" />;
  const desk = data.delegations.find(({ parent }) => parent === null);
  if (desk === undefined || (!data.hasPin && network !== 'sandbox')) return <PinFirst {...moves} onPin={onPin} />;
  return <LimitsForm {...moves} terms={desk.terms} network={network} />;
}

/** Off play money the first PIN can be set only while the rules are untouched: who changes them first never gets one. */
function PinFirst({ onPin, onNext, onBack }: StepMoves & { onPin(): void }) {
  return (
    <StepCard
      title="Limits need your PIN"
      about="On this network, limits of your own are for somebody who can prove to be the owner. Until then the usual low limits hold."
      yes="Choose a PIN"
      onYes={onPin}
      onSkip={onNext}
      onBack={onBack}
    />
  );
}

function LimitsForm({
  terms,
  network,
  onNext,
  onBack,
}: StepMoves & { readonly terms: TermsView; readonly network: NetworkName }) {
  const queries = useQueryClient();
  const presets = limitPresets[network];
  const [text, setText] = useState<CommonSumsText>(() => textOf(presets[1] ?? terms.limits));
  const save = useAct(
    (change: Partial<TwoLimits>, client, asOwner) =>
      asOwner('loosen the limits of all agents together', (context) =>
        client.policy.set({ ...change, subject: 'desk' }, { context }),
      ),
    () => {
      void queries.invalidateQueries({ queryKey: ['rules'] });
      onNext();
    },
  );
  const [payment, day] = [typedCap(text.perPayment), typedCap(text.perDay)];
  const wanted = payment.ok && day.ok ? { perPayment: payment.value, perDay: day.value } : null;
  const go = (): void => {
    if (wanted === null) return;
    const change = limitsChange(terms, wanted);
    if (Object.keys(change).length === 0) onNext();
    else save.run(change);
  };
  return (
    <StepCard
      title="How much may they spend?"
      about="All your agents together, whatever each of them may. A payment above a limit is refused, whoever asks for it."
      yes="Set the limits"
      busy={save.busy}
      ready={wanted !== null}
      onYes={go}
      onSkip={onNext}
      onBack={onBack}
    >
      <LimitFields presets={presets} text={text} onChange={setText} />
      {wanted !== null && isLooser(terms, wanted) && (
        <Text size="sm">This is more than they may now, so it asks for your PIN.</Text>
      )}
      <ProblemNote problem={save.problem} />
    </StepCard>
  );
}

function textOf({ perPayment, perDay }: TwoLimits): CommonSumsText {
  const text = (cap: string): string => (cap === 'none' ? '' : cap);
  return { perPayment: text(perPayment), perDay: text(perDay) };
}
