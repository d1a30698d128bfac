import { Button, Card, Text } from '@mantine/core';
import { IconHourglass } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { useClient, useLive } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { Empty, Loading, Page, ProblemNote, Section } from '../../ui/Panels.tsx';
import { ApprovalCard } from './ApprovalCard.tsx';
import styles from './approvals.module.css';
import { Questions } from './Questions.tsx';
import { nextQuestion, shownQuestion } from './selection.ts';

/** Where agents' questions are answered: what waits, the question that is looked at, and what was said before. */
export function Approvals({ id }: { readonly id: string | null }) {
  const client = useClient();
  const waiting = useLive((live) => live.waiting);
  const live = useLive(({ status }) => status !== null);
  const { data, error, refetch } = useQuery({
    queryKey: ['approvals', 'list'],
    queryFn: () => client.approvals.list({}),
  });
  const [held, setHeld] = useState<string | null>(null);
  const shown = shownQuestion(id, held, waiting);
  if (shown !== held) setHeld(shown);

  const earlier = data?.filter(({ state }) => state !== 'waiting') ?? [];
  if (error !== null && data === undefined)
    return (
      <Page title="Approvals">
        <ProblemNote problem={toProblem(error)} again={() => void refetch()} />
      </Page>
    );
  if (data === undefined || !live)
    return (
      <Page title="Approvals">
        <Loading what="what your agents ask" />
      </Page>
    );
  return (
    <Page title="Approvals" about="What your agents may pay only if you say yes.">
      <div className={styles['panes']}>
        <div className={styles['waiting']}>
          <Section title={waiting.length === 0 ? 'Waiting' : `Waiting (${waiting.length})`}>
            {waiting.length === 0 ? (
              <Text size="sm" c="dimmed">
                Nothing waits for you.
              </Text>
            ) : (
              <Questions questions={waiting} shown={shown} />
            )}
          </Section>
        </div>
        <div className={styles['question']}>
          <Card className={styles['card'] ?? ''}>{shown === null ? <Quiet /> : <Asked key={shown} id={shown} />}</Card>
        </div>
        {earlier.length > 0 && (
          <div className={styles['earlier']}>
            <Section title="Earlier">
              <Questions questions={earlier} shown={shown} />
            </Section>
          </div>
        )}
      </div>
    </Page>
  );
}

function Asked({ id }: { readonly id: string }) {
  const next = useLive((live) => nextQuestion(id, live.waiting));
  return (
    <ApprovalCard
      id={id}
      order={2}
      footClass={styles['foot']}
      onAnswered={() => undefined}
      after={
        next !== null && (
          <div>
            <Button component={Link} href={`/approvals/${next}`}>
              Next question
            </Button>
          </div>
        )
      }
    />
  );
}

function Quiet() {
  return (
    <Empty
      icon={<IconHourglass size={26} />}
      title="Nothing waits for you"
      action={
        <Button component={Link} href="/agents">
          Look at your agents
        </Button>
      }
    >
      Agents pay by themselves within their limits. You are asked here when one wants more than that, or where you said
      that you want to be asked. When that is, you set with each agent under “Asks you first”.
    </Empty>
  );
}
