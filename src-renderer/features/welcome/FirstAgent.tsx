import { Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { formatDecimal, isAgentName, networks } from '../../../src-shared/model/index.ts';
import { useLive } from '../../rpc/host.ts';
import { useUnkeptAct } from '../../rpc/unkept-act.ts';
import { CopyLine } from '../../ui/CopyLine.tsx';
import { environmentLine } from '../../ui/environment.ts';
import { CommonSums } from '../../ui/limits/CommonSums.tsx';
import { typedCap } from '../../ui/limits/typed-values.ts';
import { Note, ProblemNote } from '../../ui/Panels.tsx';
import { StepCard, type StepMoves } from './StepCard.tsx';

/** An agent that was just added, with its credential, which nobody can read again. */
export interface MadeAgent {
  readonly agent: string;
  readonly proxyUrl: string;
}

interface Wish {
  readonly agent: string;
  readonly perPayment?: string;
  readonly perDay?: string;
}

export function FirstAgent({
  made,
  onMade,
  ...moves
}: StepMoves & { readonly made: MadeAgent | null; onMade(made: MadeAgent): void }) {
  return made === null ? <AgentForm {...moves} onMade={onMade} /> : <Made {...moves} {...made} />;
}

function AgentForm({ onMade, onNext, onBack }: StepMoves & { onMade(made: MadeAgent): void }) {
  const network = useLive(({ status }) => status?.network ?? 'sandbox');
  const { perPayment, perDay } = networks[network].defaultLimits;
  const [most, mostADay] = [formatDecimal(perPayment, 6), formatDecimal(perDay, 6)];
  const [text, setText] = useState({ name: 'shopper', perPayment: most, perDay: mostADay });
  const add = useUnkeptAct(
    (wish: Wish, client, asOwner) => asOwner(`add ${wish.agent}`, (context) => client.agents.add(wish, { context })),
    onMade,
  );
  const [payment, day] = [typedCap(text.perPayment), typedCap(text.perDay)];
  const named = isAgentName(text.name);
  const go = (): void => {
    if (!named || !payment.ok || !day.ok) return;
    add.run({
      agent: text.name,
      ...(text.perPayment === most ? {} : { perPayment: payment.value }),
      ...(text.perDay === mostADay ? {} : { perDay: day.value }),
    });
  };
  return (
    <StepCard
      title="Add your first agent"
      about="Each agent has a name, a credential and limits of its own, below those of all agents together. It can be paused or removed by itself."
      yes="Add the agent"
      busy={add.busy}
      ready={named && payment.ok && day.ok}
      onYes={go}
      onSkip={onNext}
      onBack={onBack}
    >
      <Stack gap="md">
        <TextInput
          label="Name"
          description="Small letters, digits, dots and dashes; you see it wherever it spends"
          value={text.name}
          onChange={(event) => setText({ ...text, name: event.currentTarget.value.toLowerCase() })}
          error={named ? null : 'A name such as research or build-bot'}
          autoComplete="off"
          spellCheck={false}
        />
        <CommonSums text={text} empty="No limit" onChange={(sums) => setText({ ...text, ...sums })} />
      </Stack>
      <ProblemNote problem={add.problem} />
    </StepCard>
  );
}

function Made({ agent, proxyUrl, onNext, onBack }: StepMoves & MadeAgent) {
  return (
    <StepCard
      title={`${agent} can pay now`}
      about="Type this line where the agent runs, before it starts. From then on it pays through Groat."
      yes="Go on"
      onYes={onNext}
      onBack={onBack}
    >
      <CopyLine text={environmentLine(proxyUrl)} label="Environment line" />
      <Note tone="warn" title="Copy it now: it is not shown again">
        <Text size="sm">
          Whoever has it can spend within the limits of {agent}. If it is lost, make a new one under Agents.
        </Text>
      </Note>
    </StepCard>
  );
}
