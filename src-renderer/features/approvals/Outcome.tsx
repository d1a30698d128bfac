import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { ApprovalView } from '../../../src-shared/contract/index.ts';
import { useClient, useLive } from '../../rpc/host.ts';
import { useNow } from '../../ui/now.ts';
import { Note } from '../../ui/Panels.tsx';
import { When } from '../../ui/When.tsx';
import { outcome, stateWords } from './approval-words.ts';
import { paymentOf } from './selection.ts';

/** What became of a question, and of the payment if it led to one. */
export function Outcome({
  approval,
  blocked,
  linked = true,
}: {
  readonly approval: ApprovalView;
  readonly blocked: boolean;
  /** The small window has nowhere to go. */
  readonly linked?: boolean;
}) {
  const payment = usePayment(approval);
  const over = useNow() >= approval.expiresAt;
  const { title, more } = outcome(approval, { paid: payment !== null, blocked, over });
  const { tone } = stateWords[approval.state];
  return (
    <div role="status">
      <Note tone={tone === 'bad' ? 'neutral' : tone} title={title}>
        {more}{' '}
        {linked && payment !== null && (
          <Anchor component={Link} href={`/payments/${payment}`} size="sm">
            Look at the payment
          </Anchor>
        )}
        {approval.state === 'approved' && payment === null && !over && (
          <>
            Your yes ends <When at={approval.expiresAt} />
          </>
        )}
      </Note>
    </div>
  );
}

/** Seen as it happens, or looked up for a yes of long ago. */
function usePayment(approval: ApprovalView): string | null {
  const client = useClient();
  const { id, agent, payee, createdAt, state } = approval;
  const seen = useLive(({ feed }) =>
    paymentOf(
      approval,
      feed.flatMap((line) => (line.kind === 'payment' ? [line.order] : [])),
    ),
  );
  const { data } = useQuery({
    queryKey: ['orders', 'of-approval', id],
    queryFn: () => client.orders.search({ agent, text: payee, from: createdAt, limit: 50 }),
    enabled: state === 'approved' && seen === null,
  });
  return seen ?? paymentOf(approval, data?.orders ?? []);
}
