import { List } from '@mantine/core';
import { StepCard, type StepMoves } from './StepCard.tsx';

/** Selling has a screen of its own; here stands only what it will ask. */
export function Selling({ onNext, onBack, onLeave }: StepMoves & { onLeave(route: string): void }) {
  return (
    <StepCard
      title="Put a price on your API"
      about="Groat stands in front of it and lets through whoever has paid. You need two things:"
      yes="Open the Sell screen"
      onYes={() => onLeave('/sell')}
      onSkip={onNext}
      onBack={onBack}
    >
      <List size="sm" spacing={6}>
        <List.Item>where your API runs, such as http://127.0.0.1:11434</List.Item>
        <List.Item>what one request costs, such as $0.01</List.Item>
      </List>
    </StepCard>
  );
}
