import type { ApprovalLine, ApprovalView } from '../../../src-shared/contract/index.ts';
import type { FeedLine } from '../../rpc/live.ts';

/**
 * Which question is shown: what the address names, else the one that was shown so far, else the one that waits longest. What
 * is shown stays when it is answered, so that nobody answers another one than they looked at.
 */
export function shownQuestion(
  named: string | null,
  held: string | null,
  waiting: readonly Pick<ApprovalLine, 'id'>[],
): string | null {
  return named ?? held ?? waiting[0]?.id ?? null;
}

/** The one to go on with after `id`: the next younger one, else the oldest of those left. */
export function nextQuestion(id: string, waiting: readonly Pick<ApprovalLine, 'id'>[]): string | null {
  const others = waiting.filter((one) => one.id !== id);
  return (others.find((one) => one.id > id) ?? others[0])?.id ?? null;
}

/** The payment that an approved question led to, once it is seen; null before. */
export function paymentOf(
  { state, agent, url, method, payee, createdAt }: ApprovalView,
  feed: readonly FeedLine[],
): string | null {
  if (state !== 'approved') return null;
  for (const line of feed) {
    if (line.kind !== 'payment' || line.order.createdAt < createdAt) continue;
    const { order } = line;
    const same = order.agent === agent && order.url === url && order.method === method && order.payee === payee;
    if (same && order.state !== 'released') return order.id;
  }
  return null;
}
