import { Group, List, Text, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { ApprovalLine } from '../../../src-shared/contract/index.ts';
import { Inert } from '../../ui/Inert.tsx';
import { dollars } from '../../ui/money.ts';
import { Tone } from '../../ui/Tone.tsx';
import { shortAddress } from '../../ui/words.ts';
import { stateWords } from './approval-words.ts';
import styles from './approvals.module.css';
import { Countdown } from './Countdown.tsx';

/** Questions as a list to choose from: those that wait with the time left, the others with what became of them. */
export function Questions({
  questions,
  shown,
}: {
  readonly questions: readonly ApprovalLine[];
  readonly shown: string | null;
}) {
  return (
    <List
      listStyleType="none"
      spacing={2}
      styles={{ itemWrapper: { display: 'block' }, itemLabel: { display: 'block' } }}
    >
      {questions.map((question) => (
        <List.Item key={question.id}>
          <Item question={question} current={question.id === shown} />
        </List.Item>
      ))}
    </List>
  );
}

function Item({ question, current }: { readonly question: ApprovalLine; readonly current: boolean }) {
  const { id, agent, amount, payee, state, expiresAt } = question;
  const { word, tone } = stateWords[state];
  return (
    <UnstyledButton
      component={Link}
      href={`/approvals/${id}`}
      className={styles['item']}
      aria-current={current ? 'true' : undefined}
    >
      <Row>
        <Text span fw={600} truncate>
          {agent}
        </Text>
        <Text span fw={600}>
          {dollars(amount)}
        </Text>
      </Row>
      <Row>
        <Text span size="sm" c="dimmed" truncate>
          to <Inert text={shortAddress(payee)} />
        </Text>
        {state === 'waiting' ? <Countdown until={expiresAt} /> : <Tone tone={tone}>{word}</Tone>}
      </Row>
    </UnstyledButton>
  );
}

function Row({ children }: { readonly children: ReactNode }) {
  return (
    <Group justify="space-between" gap="xs" wrap="nowrap">
      {children}
    </Group>
  );
}
