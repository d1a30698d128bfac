/** What somebody wants of Groat. */
export type Purpose = 'buy' | 'sell' | 'both';

export type StepName = 'purpose' | 'pin' | 'limits' | 'agent' | 'payment' | 'selling';

export const stepNames: { readonly [S in StepName]: string } = {
  purpose: 'What for',
  pin: 'PIN',
  limits: 'Limits',
  agent: 'First agent',
  payment: 'Test payment',
  selling: 'Your shop',
};

/**
 * The steps in their order. The PIN comes before the limits: with it they can be raised too, and off play money nobody may set
 * a first PIN once the limits were changed.
 */
export function stepsFor(purpose: Purpose): readonly StepName[] {
  const buying: readonly StepName[] = purpose === 'sell' ? [] : ['limits', 'agent', 'payment'];
  const selling: readonly StepName[] = purpose === 'buy' ? [] : ['selling'];
  return ['purpose', 'pin', ...buying, ...selling];
}

/** Null: that was the last one. */
export const stepAfter = (steps: readonly StepName[], step: StepName): StepName | null =>
  steps[steps.indexOf(step) + 1] ?? null;

/** Null: that was the first one. */
export const stepBefore = (steps: readonly StepName[], step: StepName): StepName | null =>
  steps[steps.indexOf(step) - 1] ?? null;
