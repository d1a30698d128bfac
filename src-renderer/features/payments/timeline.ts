import type { OrderView } from '../../../src-shared/contract/index.ts';
import type { ToneName } from '../../ui/tone.ts';

export interface TimelineStep {
  readonly key: string;
  readonly at: number;
  readonly title: string;
  readonly detail: string;
  readonly tone: ToneName;
}

const events: { readonly [event: string]: Omit<TimelineStep, 'key' | 'at'> } = {
  granted: {
    title: 'Asked for money, and allowed',
    detail: 'The seller named its price (402). Your rules allowed it, and the money was set aside.',
    tone: 'info',
  },
  signed: { title: 'Signed', detail: 'The payment was signed and written down before it left.', tone: 'info' },
  sent: { title: 'Sent', detail: 'The request went out again, with the payment.', tone: 'info' },
  answered: { title: 'Answered', detail: 'The seller’s answer began to arrive.', tone: 'info' },
  landed: { title: 'Seen on the chain', detail: 'Groat found the transfer on Solana by itself.', tone: 'good' },
  delivered: { title: 'Delivered', detail: 'The whole answer was handed to the agent.', tone: 'good' },
  lost: { title: 'Contact lost', detail: 'The answer did not come, or broke off.', tone: 'warn' },
  expired: {
    title: 'Can no longer move',
    detail: 'The payment’s time on the chain ran out without it.',
    tone: 'neutral',
  },
  abandoned: { title: 'Given up', detail: 'Nothing had left: the money is free again.', tone: 'neutral' },
};

/** The steps of a payment as the log has them, in words. */
export const timelineOf = ({ steps }: Pick<OrderView, 'steps'>): readonly TimelineStep[] =>
  steps.map(({ at, event }, index) => ({
    key: `${index}-${event}`,
    at,
    ...(events[event] ?? { title: event, detail: '', tone: 'neutral' as const }),
  }));

/** "+0.8 s" since the step before. */
export function sinceBefore(steps: readonly { readonly at: number }[], index: number): string | null {
  const [before, now] = [steps[index - 1], steps[index]];
  if (before === undefined || now === undefined) return null;
  const ms = now.at - before.at;
  return ms < 1_000 ? `+${ms} ms` : `+${(ms / 1_000).toLocaleString(undefined, { maximumFractionDigits: 1 })} s`;
}

/** Where everybody can look the transfer up; the sandbox's exist only on this machine. */
export function explorerUrl(signature: string, network: 'sandbox' | 'devnet' | 'mainnet'): string | null {
  if (network === 'sandbox') return null;
  const cluster = network === 'devnet' ? '?cluster=devnet' : '';
  return `https://explorer.solana.com/tx/${encodeURIComponent(signature)}${cluster}`;
}
