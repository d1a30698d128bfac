import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLive } from '../../rpc/host.ts';
import { useUnkeptAct } from '../../rpc/unkept-act.ts';
import { NewPin } from '../../ui/NewPin.tsx';
import { isPinReady, noPin } from '../../ui/new-pin.ts';
import { Note, ProblemNote } from '../../ui/Panels.tsx';
import { StepCard, type StepMoves } from './StepCard.tsx';

export function ChoosePin({ onNext, onBack }: StepMoves) {
  const queries = useQueryClient();
  const hasPin = useLive(({ status }) => status?.hasPin ?? false);
  // What is asked for must not change under the hand when the PIN was set.
  const [had] = useState(hasPin);
  const [typed, setTyped] = useState(noPin);
  const set = useUnkeptAct(
    (pin: string, client) => client.owner.setPin({ pin }),
    () => {
      void queries.invalidateQueries({ queryKey: ['rules'] });
      onNext();
    },
  );
  if (had)
    return (
      <StepCard
        title="You have a PIN"
        about="It can be changed under Settings."
        yes="Go on"
        onYes={onNext}
        {...{ onBack }}
      >
        <Note tone="good" title="Only you can make spending easier" />
      </StepCard>
    );
  return (
    <StepCard
      title="Choose your PIN"
      about="It is asked for whenever spending gets easier: a yes to a payment, a higher limit, going on after a pause. Your agents do not know it, so they cannot say yes to themselves. Nobody can recover it: write it down."
      yes="Set the PIN"
      busy={set.busy}
      ready={isPinReady(typed)}
      onYes={() => set.run(typed.pin)}
      onSkip={onNext}
      onBack={onBack}
    >
      <NewPin typed={typed} onChange={setTyped} />
      <ProblemNote problem={set.problem} />
    </StepCard>
  );
}
