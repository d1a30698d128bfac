import { Anchor } from '@mantine/core';
import { Link } from 'wouter';
import type { ApprovalView } from '../../../src-shared/contract/index.ts';
import { useLive } from '../../rpc/host.ts';
import { Note } from '../../ui/Panels.tsx';
import { When } from '../../ui/When.tsx';
import { outcome, stateWords } from './approval-words.ts';
import { paymentOf } from './selection.ts';

/** What became of a question, and of the payment if it led to one. */
export function Outcome({ approval, blocked }: { readonly approval: ApprovalView; readonly blocked: boolean }) {
  const payment = useLive((live) => paymentOf(approval, live.feed));
  const { title, more } = outcome(approval, { paid: payment !== null, blocked });
  const { tone } = stateWords[approval.state];
  return (
    <div role="status">
      <Note tone={tone === 'bad' ? 'neutral' : tone} title={title}>
        {more}{' '}
        {payment !== null && (
          <Anchor component={Link} href={`/payments/${payment}`} size="sm">
            Look at the payment
          </Anchor>
        )}
        {approval.state === 'approved' && payment === null && (
          <>
            Your yes ends <When at={approval.expiresAt} />.
          </>
        )}
      </Note>
    </div>
  );
}
