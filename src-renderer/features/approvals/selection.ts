import type { ApprovalLine, ApprovalView, OrderLine } from '../../../src-shared/contract/index.ts';

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

/** The payment that a yes led to, among some orders; null where none of them is it. A yes for a day may lead to several. */
export function paymentOf(
  { state, scope, agent, url, method, payee, createdAt }: ApprovalView,
  orders: readonly OrderLine[],
): string | null {
  if (state !== 'approved') return null;
  const found = orders.find(
    (order) =>
      order.createdAt >= createdAt &&
      order.agent === agent &&
      order.payee === payee &&
      (scope === 'payee-day' || (order.url === url && order.method === method)) &&
      order.state !== 'released',
  );
  return found?.id ?? null;
}
