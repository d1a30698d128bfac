import type { PayStep } from '../../../src-shared/contract/index.ts';
import type { RefusalReason } from '../../../src-shared/model/index.ts';

export const paymentSteps = ['request', 'challenge', 'offer', 'decision', 'submitted', 'answer'] as const;
type PaymentStep = (typeof paymentSteps)[number];

/** `now` is what is being waited for; `left-out` does not come any more. */
export type StepState = 'waiting' | 'now' | 'done' | 'failed' | 'left-out';

export interface StepRow {
  readonly step: PaymentStep;
  readonly state: StepState;
  /** What came; null as long as it has not. */
  readonly came: PayStep | null;
}

/** The six steps of a payment with what came of each. `running` is whether more may come. */
export function stepRows(came: readonly PayStep[], running: boolean): readonly StepRow[] {
  const found = new Map(came.map((step) => [step.step, step]));
  const outcome = outcomeOf(came);
  const refused = outcome.kind === 'refused';
  const stop = outcome.kind === 'refused' ? stopOf(outcome.reason) : null;
  // What was refused was not paid, so the seller's answer is the one it gave before.
  const has = (step: PaymentStep): boolean => found.has(step) && !(refused && step === 'answer');
  const next = running && !refused && outcome.kind === 'none' ? paymentSteps.find((step) => !has(step)) : undefined;
  return paymentSteps.map((step): StepRow => {
    const what = found.get(step) ?? null;
    if (step === stop) return { step, state: 'failed', came: found.get('decision') ?? null };
    if (step === 'offer' && stop === 'decision') return { step, state: 'done', came: null };
    if (step === 'decision' && stop === 'offer') return { step, state: 'left-out', came: null };
    if (step === 'answer' && (outcome.kind === 'lost' || outcome.kind === 'not-delivered'))
      return { step, state: 'failed', came: what };
    if (has(step)) return { step, state: 'done', came: what };
    if (step === next) return { step, state: 'now', came: null };
    return { step, state: running && !refused ? 'waiting' : 'left-out', came: null };
  });
}

/** The price that was refused is not told by itself: it was read, unless the reason is that it could not be. */
const stopOf = (reason: RefusalReason | null): PaymentStep =>
  reason !== null && unreadable.has(reason) ? 'offer' : 'decision';

const unreadable: ReadonlySet<RefusalReason> = new Set([
  'no-offer',
  'offer-malformed',
  'offer-unsupported',
  'too-many-offers',
]);

export type PaymentOutcome =
  | { readonly kind: 'none' }
  | { readonly kind: 'paid'; readonly amount: string; readonly order: string; readonly body: string }
  /** No money moved: nothing was asked for it, or it came from credit or by the owner's API key. */
  | { readonly kind: 'free'; readonly by: 'nothing' | 'prepaid' | 'secret'; readonly body: string }
  | {
      readonly kind: 'refused';
      readonly waits: boolean;
      readonly reason: RefusalReason | null;
      readonly detail: string;
    }
  /** The money may have moved; the order says what is known. */
  | { readonly kind: 'not-delivered'; readonly order: string | null; readonly httpStatus: number }
  | { readonly kind: 'lost'; readonly order: string | null; readonly why: string };

export function outcomeOf(came: readonly PayStep[]): PaymentOutcome {
  const decision = came.find((step) => step.step === 'decision');
  if (decision !== undefined && decision.decision !== 'granted') {
    const { detail, reason } = decision;
    return { kind: 'refused', waits: decision.decision === 'deferred', reason, detail: detail ?? '' };
  }
  const lost = came.find((step) => step.step === 'lost');
  if (lost !== undefined) return { kind: 'lost', order: lost.order?.id ?? null, why: lost.why };
  const answer = came.find((step) => step.step === 'answer');
  if (answer === undefined) return { kind: 'none' };
  const { httpStatus, body, order } = answer;
  if (httpStatus >= 400) return { kind: 'not-delivered', order: order?.id ?? null, httpStatus };
  return order === null
    ? { kind: 'free', by: instead(came), body }
    : { kind: 'paid', amount: order.amount, order: order.id, body };
}

function instead(came: readonly PayStep[]): 'nothing' | 'prepaid' | 'secret' {
  const offer = came.findLast((step) => step.step === 'offer');
  return offer?.dialect === 'prepaid' || offer?.dialect === 'secret' ? offer.dialect : 'nothing';
}
