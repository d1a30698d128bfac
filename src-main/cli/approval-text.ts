import type { ApprovalLine, ApprovalView } from '../../src-shared/contract/index.ts';
import { bold, clockTime, dim, green, inert, red, short, table, yellow } from './output.ts';
import { subjectName } from './terms-text.ts';

/** What the owner types to answer; the id is ours. */
export const answerHint = (id: string) =>
  `say yes with \`groat approvals approve ${id}\`, no with \`groat approvals deny ${id}\``;

/** What `expiresAt` is the end of. */
const until: Readonly<Record<ApprovalLine['state'], string>> = {
  waiting: 'waits until',
  approved: 'holds until',
  denied: 'remembered until',
  expired: 'remembered until',
  overtaken: 'over since',
};

export function approvalsTable(approvals: readonly ApprovalLine[]): string {
  if (approvals.length === 0) return 'Nothing waits for you.';
  const [waiting] = approvals.filter(({ state }) => state === 'waiting');
  const rows = approvals.map(({ id, agent, method, url, amount, payee, reason, state, expiresAt }) => [
    id,
    agent,
    `$${amount}`,
    `${method} ${url}`,
    short(payee),
    reason,
    state,
    clockTime(expiresAt),
  ]);
  const shown = table(
    ['approval', 'agent', 'amount', 'request', 'payee', 'because', 'state', 'until (UTC)'],
    rows,
    [2],
  );
  return waiting === undefined ? shown : `${shown}\n\n${dim(`For example: ${answerHint(waiting.id)}.`)}`;
}

/** One approval with all that is needed to judge it. */
export function approvalText(approval: ApprovalView): string {
  const { id, agent, state, amount, asset, payee, method, url, origin, needed, witnesses, remaining } = approval;
  const since = (time: number | null) =>
    time === null ? yellow('never paid before') : `known since ${clockTime(time)}`;
  const last = approval.lastPrice === null ? '' : dim(`  (last time $${approval.lastPrice})`);
  const left = remaining.map((one) => `${subjectName(one.subject)} ${one.limit} $${one.left}`).join(', ');
  return [
    `${bold(id)}  ${paintApproval(state)}, ${until[state]} ${clockTime(approval.expiresAt)} UTC`,
    `  ${agent} wants to ${approval.action} ${bold(`$${amount}`)} ${asset} to ${inert(payee)}${last}`,
    `  for ${inert(`${method} ${url}`)}`,
    `  ${inert(approval.detail)} (${approval.reason})`,
    `  payee    ${since(approval.payeeSince)}`,
    `  origin   ${inert(origin)}, ${since(approval.originSince)}`,
    ...(left === '' ? [] : [`  left     after it: ${left}`]),
    ...(needed === 1 && witnesses.length === 0
      ? []
      : [`  yes by   ${witnesses.join(', ') || 'nobody yet'}, of ${needed}`]),
    ...(approval.scope === null ? [] : [`  granted  ${grantText(approval)}`]),
    ...(state === 'waiting' ? [dim(`You can ${answerHint(id)}.`)] : []),
  ].join('\n');
}

function grantText({ scope, upTo }: ApprovalView): string {
  return scope === 'payee-day' ? `this payee up to $${upTo} in all` : `once, up to $${upTo}`;
}

/** While it happens, on one line. */
export function approvalNews({ id, agent, method, url, amount, payee, reason, state }: ApprovalLine): string {
  return `${id}  ${paintApproval(state)}  ${agent}  $${amount}  ${inert(`${method} ${url}`)}  to ${inert(payee)}  ${dim(reason)}`;
}

export function paintApproval(state: ApprovalLine['state']): string {
  if (state === 'approved') return green(state);
  if (state === 'denied') return red(state);
  return state === 'waiting' ? yellow(state) : dim(state);
}
