import { Group, Stack, Title, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { ApprovalView } from '../../../src-shared/contract/index.ts';
import { useClient } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { dollars } from '../../ui/money.ts';
import { useNow } from '../../ui/now.ts';
import { Loading, ProblemNote } from '../../ui/Panels.tsx';
import { Answers } from './Answers.tsx';
import { actionWords } from './approval-words.ts';
import { Countdown } from './Countdown.tsx';
import { Facts } from './Facts.tsx';
import { Outcome } from './Outcome.tsx';
import { Remaining } from './Remaining.tsx';
import { Request } from './Request.tsx';

/** What is left over moves with every payment, also with other ones than this. */
const askAgainMs = 10_000;

/** One question with everything needed to judge it, and its answers. Key it by the question. */
export function ApprovalCard({
  id,
  order,
  aside = null,
  after,
  onAnswered,
  className,
  bodyClass,
  footClass,
}: {
  readonly id: string;
  /** Level of its heading. */
  readonly order: 1 | 2;
  readonly aside?: ReactNode;
  /** What to do once it is answered. */
  readonly after: ReactNode;
  onAnswered(view: ApprovalView, blocked: boolean): void;
  readonly className?: string | undefined;
  readonly bodyClass?: string | undefined;
  readonly footClass?: string | undefined;
}) {
  const client = useClient();
  const [blocked, setBlocked] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ['approvals', 'show', id],
    queryFn: () => client.approvals.show({ id }),
    refetchInterval: ({ state }) => (state.data?.state === 'waiting' ? askAgainMs : false),
  });
  if (data === undefined)
    return error === null ? (
      <Loading what="the question" />
    ) : (
      <ProblemNote problem={toProblem(error)} again={() => void refetch()} />
    );
  return (
    <div className={className}>
      <div className={bodyClass}>
        <Question approval={data} order={order} aside={aside} />
      </div>
      <Stack gap="sm" className={footClass ?? ''}>
        <Foot
          approval={data}
          blocked={blocked}
          after={after}
          onAnswered={(view, nowBlocked) => {
            setBlocked(nowBlocked);
            onAnswered(view, nowBlocked);
          }}
        />
      </Stack>
    </div>
  );
}

function Question({
  approval,
  order,
  aside,
}: {
  readonly approval: ApprovalView;
  readonly order: 1 | 2;
  readonly aside: ReactNode;
}) {
  const { agent, action, amount, state, expiresAt, remaining } = approval;
  const title = `${agent} ${actionWords[action]} ${dollars(amount)}`;
  const below = order === 1 ? 2 : 3;
  return (
    <Stack gap="lg">
      <div>
        <Group justify="space-between" gap="xs" mih={24}>
          {aside ?? <span />}
          {state === 'waiting' && <Countdown until={expiresAt} spoken />}
        </Group>
        <Title order={order} size="h2">
          {title}
        </Title>
        <VisuallyHidden aria-live="polite">{state === 'waiting' ? `Question: ${title}` : ''}</VisuallyHidden>
      </div>
      <Facts approval={approval} linked={order === 2} />
      {state === 'waiting' && (
        <Part title="After this payment" order={below}>
          <Remaining remaining={remaining} />
        </Part>
      )}
      <Part title="Offer and request" order={below}>
        <Request approval={approval} />
      </Part>
    </Stack>
  );
}

function Part({
  title,
  order,
  children,
}: {
  readonly title: string;
  readonly order: 2 | 3;
  readonly children: ReactNode;
}) {
  return (
    <section aria-label={title}>
      <Title order={order} size="h5" mb={6}>
        {title}
      </Title>
      {children}
    </section>
  );
}

function Foot({
  approval,
  blocked,
  after,
  onAnswered,
}: {
  readonly approval: ApprovalView;
  readonly blocked: boolean;
  readonly after: ReactNode;
  onAnswered(view: ApprovalView, blocked: boolean): void;
}) {
  const { state, expiresAt, needed, witnesses } = approval;
  const over = useNow() >= expiresAt;
  if (state === 'waiting' && over)
    return (
      <>
        <Outcome approval={{ ...approval, state: 'expired' }} blocked={false} />
        {after}
      </>
    );
  if (state !== 'waiting')
    return (
      <>
        <Outcome approval={approval} blocked={blocked} />
        {after}
      </>
    );
  return (
    <>
      {needed > 1 && witnesses.includes('owner') && <Outcome approval={approval} blocked={false} />}
      <Answers approval={approval} onAnswered={onAnswered} />
    </>
  );
}
