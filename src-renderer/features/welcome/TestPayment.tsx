import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PayStep } from '../../../src-shared/contract/index.ts';
import { useAct, useClient, useLive } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { Loading, ProblemNote } from '../../ui/Panels.tsx';
import { PaymentSteps } from '../../ui/payment/PaymentSteps.tsx';
import { outcomeOf, stepRows } from '../../ui/payment/payment-steps.ts';
import { StepCard, type StepMoves } from './StepCard.tsx';
import { TestOutcome } from './TestOutcome.tsx';

type Leave = { onLeave(route: string): void };

/** A real payment on the sandbox, by the agent that was just added or another one that is there. */
export function TestPayment({ agent, ...moves }: StepMoves & Leave & { readonly agent: string | null }) {
  const client = useClient();
  const network = useLive(({ status }) => status?.network ?? null);
  const { data, error, refetch } = useQuery({
    queryKey: ['rules', 'agents'],
    queryFn: () => client.agents.list(),
    enabled: agent === null,
  });
  if (network !== null && network !== 'sandbox') return <NoTest {...moves} />;
  const payer = agent ?? data?.find(({ state }) => state === 'live')?.agent ?? null;
  if (payer !== null) return <Purchase {...moves} agent={payer} />;
  if (error !== null) return <ProblemNote problem={toProblem(error)} again={() => void refetch()} />;
  if (data === undefined) return <Loading what="your agents" />;
  return <NoAgent {...moves} />;
}

function Purchase({ agent, onNext, onBack, last, onLeave }: StepMoves & Leave & { readonly agent: string }) {
  const [came, setCame] = useState<readonly PayStep[]>([]);
  const pay = useAct(async (_: null, client) => {
    setCame([]);
    const { url } = await client.sandbox.demoShop();
    for await (const step of await client.payments.pay({ url, agent })) setCame((before) => [...before, step]);
  });
  const outcome = outcomeOf(came);
  const begun = pay.busy || came.length > 0;
  const bought = outcome.kind === 'paid' || outcome.kind === 'free';
  return (
    <StepCard
      title="Make a test payment"
      about={`${agent} buys a saying for one cent from a shop that Groat opens on this machine. The money is play money; every step is real.`}
      yes={bought ? (last ? 'Finish' : 'Go on') : begun && !pay.busy ? 'Try again' : 'Buy it'}
      busy={pay.busy}
      onYes={() => (bought ? onNext() : pay.run(null))}
      onSkip={bought ? null : onNext}
      onBack={onBack}
    >
      {begun && <PaymentSteps rows={stepRows(came, pay.busy)} />}
      {!pay.busy && <TestOutcome outcome={outcome} agent={agent} onLeave={onLeave} onFunded={() => pay.run(null)} />}
      <ProblemNote problem={pay.problem} />
    </StepCard>
  );
}

function NoAgent({ onNext, onBack, last }: StepMoves) {
  return (
    <StepCard
      title="Make a test payment"
      about="There is no agent yet that could pay. Go back to add one, or do it later under Agents."
      yes={last ? 'Finish' : 'Go on'}
      onYes={onNext}
      onBack={onBack}
    />
  );
}

function NoTest({ onNext, onBack, last, onLeave }: StepMoves & Leave) {
  return (
    <StepCard
      title="Put money in"
      about="The test shop is only on the sandbox. Here your agents pay real sellers, as soon as there is money in the wallet: its address is under Settings."
      yes="Show me the address"
      onYes={() => onLeave('/settings')}
      onSkip={last ? null : onNext}
      onBack={onBack}
    />
  );
}
