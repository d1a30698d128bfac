import { Box, Button, Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useAct } from '../../rpc/host.ts';
import { Page, ProblemNote } from '../../ui/Panels.tsx';
import { ChooseLimits } from './ChooseLimits.tsx';
import { ChoosePin } from './ChoosePin.tsx';
import { FirstAgent, type MadeAgent } from './FirstAgent.tsx';
import { Progress } from './Progress.tsx';
import { PurposeStep } from './PurposeStep.tsx';
import { Selling } from './Selling.tsx';
import type { StepMoves } from './StepCard.tsx';
import { type Purpose, type StepName, stepAfter, stepBefore, stepsFor } from './steps.ts';
import { TestPayment } from './TestPayment.tsx';

/** From a new Groat to a first payment, in under two minutes. Every step can be left out. */
export function Welcome() {
  const [purpose, setPurpose] = useState<Purpose>('buy');
  const [step, setStep] = useState<StepName>('purpose');
  const [made, setMade] = useState<MadeAgent | null>(null);
  const end = useEnd();
  const steps = stepsFor(purpose);
  const before = stepBefore(steps, step);
  const after = stepAfter(steps, step);
  const moves: StepMoves = {
    onNext: () => (after === null ? end.run('/') : setStep(after)),
    onBack: before === null ? null : () => setStep(before),
    last: after === null,
  };
  return (
    <Box maw={760} w="100%" mx="auto">
      <Page
        title="Welcome to Groat"
        about="Your agents ask, Groat pays, and you decide how much. This takes under two minutes."
        actions={
          <Button variant="subtle" loading={end.busy} onClick={() => end.run('/')}>
            Set up later
          </Button>
        }
      >
        <Stack gap="md">
          <Progress steps={steps} step={step} />
          <ProblemNote problem={end.problem} />
          {step === 'purpose' && <PurposeStep {...moves} purpose={purpose} onChoose={setPurpose} />}
          {step === 'pin' && <ChoosePin {...moves} />}
          {step === 'limits' && <ChooseLimits {...moves} onPin={() => setStep('pin')} />}
          {step === 'agent' && <FirstAgent {...moves} made={made} onMade={setMade} />}
          {step === 'payment' && <TestPayment {...moves} agent={made?.agent ?? null} onLeave={end.run} />}
          {step === 'selling' && <Selling {...moves} onLeave={end.run} />}
        </Stack>
      </Page>
    </Box>
  );
}

/** Groat remembers that the first steps were seen, or left, and the page goes on to a route. */
function useEnd() {
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  return useAct(
    (_: string, client) => client.preferences.set({ welcomed: true }),
    (saved, to) => {
      // Before the page moves: Overview leads back here as long as it does not know.
      queries.setQueryData(['preferences'], saved);
      navigate(to);
    },
  );
}
