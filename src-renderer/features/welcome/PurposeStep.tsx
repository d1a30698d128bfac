import { Choices } from './Choices.tsx';
import { StepCard, type StepMoves } from './StepCard.tsx';
import type { Purpose } from './steps.ts';

const purposes: readonly { readonly value: Purpose; readonly label: string; readonly means: string }[] = [
  { value: 'buy', label: 'My agents buy things', means: 'They pay for APIs and data, within limits that you set.' },
  { value: 'sell', label: 'I sell an API', means: 'Whoever calls it pays first. The money comes to your till.' },
  { value: 'both', label: 'Both', means: 'Your agents buy, and others’ agents buy from you.' },
];

export function PurposeStep({
  purpose,
  onChoose,
  onNext,
  onBack,
}: StepMoves & { readonly purpose: Purpose; onChoose(purpose: Purpose): void }) {
  return (
    <StepCard
      title="What is Groat for?"
      about="It only decides what you are asked next; everything can be done later."
      yes="Go on"
      onYes={onNext}
      onBack={onBack}
    >
      <Choices label="What is Groat for?" choices={purposes} value={purpose} onChoose={onChoose} />
    </StepCard>
  );
}
