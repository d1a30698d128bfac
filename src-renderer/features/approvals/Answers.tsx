import { Button, Group, Stack, Text, VisuallyHidden } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { ApprovalView } from '../../../src-shared/contract/index.ts';
import { useAct } from '../../rpc/host.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { Inert } from '../../ui/Inert.tsx';
import { dollars } from '../../ui/money.ts';
import { ProblemNote } from '../../ui/Panels.tsx';
import { type Yes, yesAction } from './approval-words.ts';
import styles from './approvals.module.css';
import { PayeeForm } from './PayeeForm.tsx';
import { useGrace } from './use-grace.ts';

/**
 * The answers to a question. "Deny" comes first and has the focus; for half a second after the question appeared, nothing that
 * is pressed is one.
 */
export function Answers({
  approval,
  onAnswered,
}: {
  readonly approval: ApprovalView;
  onAnswered(view: ApprovalView, blocked: boolean): void;
}) {
  const { id, amount, payee } = approval;
  const queries = useQueryClient();
  const grace = useGrace(id);
  const deny = useRef<HTMLButtonElement>(null);
  const [sum, setSum] = useState(false);
  const [blocking, setBlocking] = useState(false);
  const answered = (view: ApprovalView, blocked: boolean): void => {
    queries.setQueryData(['approvals', 'show', id], view);
    setBlocking(false);
    onAnswered(view, blocked);
  };
  const yes = useAct<Yes, ApprovalView>(
    (said, client, asOwner) =>
      asOwner(yesAction(approval, said), (context) => client.approvals.approve({ id, ...said }, { context })),
    (view) => answered(view, false),
  );
  const no = useAct<boolean, ApprovalView>(
    (blockPayee, client) => client.approvals.deny({ id, blockPayee }),
    (view, blocked) => answered(view, blocked),
  );
  const busy = yes.busy || no.busy;
  const problem = yes.problem ?? no.problem;
  const closed = problem?.code === 'approval-closed';

  useEffect(() => {
    if (!sum) deny.current?.focus({ preventScroll: true });
  }, [sum]);
  // Somebody was faster: what became of it is told by the question itself.
  useEffect(() => {
    if (closed) void queries.invalidateQueries({ queryKey: ['approvals'] });
  }, [closed, queries]);

  return (
    <div className={styles['answers']} {...grace}>
      <Stack gap="sm">
        <ProblemNote problem={problem} />
        {sum ? (
          <PayeeForm
            amount={amount}
            busy={yes.busy}
            onYes={(upTo) => yes.run({ scope: 'payee-day', upTo })}
            onNo={() => setSum(false)}
          />
        ) : (
          <Group gap="xs" justify="space-between">
            <Group gap="xs">
              <Button ref={deny} loading={no.busy && !blocking} disabled={busy} onClick={() => no.run(false)}>
                Deny
              </Button>
              <Button color="var(--bad)" variant="outline" disabled={busy} onClick={() => setBlocking(true)}>
                Deny and block this payee
              </Button>
            </Group>
            <Group gap="xs">
              <Button loading={yes.busy} disabled={busy} onClick={() => yes.run({ scope: 'once' })}>
                Approve {dollars(amount)} once
              </Button>
              <Button disabled={busy} onClick={() => setSum(true)}>
                Approve this payee for a day …
              </Button>
            </Group>
          </Group>
        )}
        <VisuallyHidden aria-live="polite">{grace['data-armed'] ? 'You can answer now.' : ''}</VisuallyHidden>
      </Stack>
      <Confirm
        opened={blocking}
        title="Block this payee?"
        yes="Deny and block"
        busy={no.busy}
        problem={no.problem}
        onYes={() => no.run(true)}
        onNo={() => setBlocking(false)}
      >
        <Stack gap="xs">
          <Inert text={payee} mono />
          <Text size="sm">
            None of your agents can pay it any more, whatever it offers. You can take it off the list of blocked payees
            under Settings; that needs your PIN.
          </Text>
        </Stack>
      </Confirm>
    </div>
  );
}
