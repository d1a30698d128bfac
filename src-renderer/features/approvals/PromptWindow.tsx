import { Button, Text } from '@mantine/core';
import { IconHourglass } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { ApprovalView } from '../../../src-shared/contract/index.ts';
import { inApp } from '../../rpc/client.ts';
import { useLive } from '../../rpc/host.ts';
import { Empty, Loading } from '../../ui/Panels.tsx';
import { ApprovalCard } from './ApprovalCard.tsx';
import styles from './approvals.module.css';
import { Outcome } from './Outcome.tsx';
import { nextQuestion, shownQuestion } from './selection.ts';

/** Long enough to read what became of the last question. */
const closesAfterMs = 3_000;

/** The small window of the app: one question at a time, the oldest first, and it goes when nothing is left to answer. */
export function PromptWindow() {
  const waiting = useLive((live) => live.waiting);
  const known = useLive(({ status }) => status !== null);
  const [held, setHeld] = useState<string | null>(null);
  const [last, setLast] = useState<{ readonly view: ApprovalView; readonly blocked: boolean } | null>(null);
  // The list of those that wait hears of an answer a moment later than whoever gave it.
  const left = waiting.filter(({ id }) => id !== last?.view.id);
  const shown = shownQuestion(null, held === last?.view.id ? null : held, left);
  if (shown !== held) setHeld(shown);
  const next = shown === null ? null : nextQuestion(shown, left);
  const at = left.findIndex(({ id }) => id === shown);

  const answered = (view: ApprovalView, blocked: boolean): void => {
    if (view.state === 'waiting') return;
    setLast({ view, blocked });
    setHeld(next);
  };

  if (!known) return <Loading what="the question" />;
  return (
    <main className={styles['prompt']} aria-label="Approvals">
      {last !== null && <Outcome approval={last.view} blocked={last.blocked} linked={false} />}
      {shown === null ? (
        <Nothing />
      ) : (
        <ApprovalCard
          key={shown}
          id={shown}
          order={1}
          aside={
            <Text span size="sm" c="dimmed">
              {at < 0 ? '' : `${at + 1} of ${left.length}`}
            </Text>
          }
          onAnswered={answered}
          after={
            <div>
              <Button onClick={() => setHeld(next)}>{next === null ? 'Done' : 'Next question'}</Button>
            </div>
          }
          className={styles['promptCard']}
          bodyClass={styles['promptScroll']}
          footClass={styles['promptAnswers']}
        />
      )}
    </main>
  );
}

function Nothing() {
  useEffect(() => {
    if (!inApp()) return;
    const timer = setTimeout(() => window.close(), closesAfterMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Empty icon={<IconHourglass size={26} />} title="Nothing waits for you">
      Your agents pay by themselves within their limits.
    </Empty>
  );
}
