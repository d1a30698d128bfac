import type { ApprovalLine } from '../../../src-shared/contract/index.ts';
import { approvalsTable, approvalText } from '../approval-text.ts';
import { dim, type Output } from '../output.ts';
import { withHost } from '../with-host.ts';

export interface ListOptions {
  readonly state?: ApprovalLine['state'];
  readonly limit: number;
}

export async function listApprovals({ state, limit }: ListOptions, output: Output): Promise<void> {
  const approvals = await withHost((host) => host.approvals.list({ state, limit }));
  output.result(approvals, () => approvalsTable(approvals));
}

export async function showApproval(id: string, output: Output): Promise<void> {
  const approval = await withHost((host) => host.approvals.show({ id }));
  output.result(approval, () => approvalText(approval));
}

export interface ApproveOptions {
  readonly scope: 'once' | 'payee-day';
  readonly upTo?: string;
}

export async function approve(id: string, { scope, upTo }: ApproveOptions, output: Output): Promise<void> {
  const approval = await withHost((host) => host.approvals.approve({ id, scope, upTo }));
  output.result(approval, () =>
    approval.state === 'waiting'
      ? `${approvalText(approval)}\n${dim('Your yes is on record; it needs more than yours.')}`
      : `${approvalText(approval)}\n${dim('The agent’s next try pays.')}`,
  );
}

export async function deny(id: string, options: { blockPayee?: true }, output: Output): Promise<void> {
  const approval = await withHost((host) => host.approvals.deny({ id, blockPayee: options.blockPayee === true }));
  output.result(approval, () => approvalText(approval));
}
