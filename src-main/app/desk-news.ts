import type { ApprovalLine, DeskUpdate, OrderLine } from '../../src-shared/contract/index.ts';

/** What a person may be told of, besides the picture that tray and windows show. */
export type DeskNews =
  | { readonly kind: 'asks'; readonly approval: ApprovalLine }
  | { readonly kind: 'decided'; readonly approval: ApprovalLine }
  | { readonly kind: 'unknown'; readonly order: OrderLine }
  | { readonly kind: 'breaker'; readonly scope: string }
  | { readonly kind: 'problem'; readonly problem: string };

/** What was told already, so that each thing is told once, also across a restart of the host. */
export interface Told {
  /** Those that wait, by id, oldest first. */
  readonly waiting: ReadonlyMap<string, ApprovalLine>;
  readonly unknown: ReadonlySet<string>;
  readonly breakers: ReadonlySet<string>;
  readonly problem: string | null;
}

export const nothingTold: Told = { waiting: new Map(), unknown: new Set(), breakers: new Set(), problem: null };

/**
 * What an update says that is new. `whole`: it is the first one of a subscription, so its list of what waits is complete and
 * its orders are history, not news.
 */
export function learn(
  told: Told,
  update: DeskUpdate,
  whole: boolean,
): { readonly told: Told; readonly news: DeskNews[] } {
  const news: DeskNews[] = [];
  const waiting = new Map(whole ? [] : told.waiting);
  for (const approval of update.approvals.toReversed()) {
    const knew = told.waiting.has(approval.id);
    if (approval.state === 'waiting') {
      waiting.set(approval.id, approval);
      if (!knew) news.push({ kind: 'asks', approval });
    } else {
      waiting.delete(approval.id);
      if (knew) news.push({ kind: 'decided', approval });
    }
  }
  const unknown = new Set(told.unknown);
  for (const order of update.orders) {
    if (order.state !== 'unknown') unknown.delete(order.id);
    else if (!unknown.has(order.id)) {
      unknown.add(order.id);
      if (!whole) news.push({ kind: 'unknown', order });
    }
  }
  if (update.status === null) return { told: { ...told, waiting, unknown }, news };
  const open = update.status.breakers.filter(({ state }) => state === 'open').map(({ scope }) => scope);
  // One that tries again is not closed: when it opens once more, that is the same trouble.
  const breakers = new Set(
    update.status.breakers.map(({ scope }) => scope).filter((scope) => told.breakers.has(scope)),
  );
  for (const scope of open) {
    if (!breakers.has(scope)) news.push({ kind: 'breaker', scope });
    breakers.add(scope);
  }
  const { problem } = update.status;
  if (problem !== null && problem !== told.problem) news.push({ kind: 'problem', problem });
  return { told: { waiting, unknown, breakers, problem }, news };
}
