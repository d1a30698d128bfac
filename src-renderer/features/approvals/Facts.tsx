import { Anchor, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { ApprovalView } from '../../../src-shared/contract/index.ts';
import { Inert } from '../../ui/Inert.tsx';
import { dollars } from '../../ui/money.ts';
import { Tone } from '../../ui/Tone.tsx';
import { When } from '../../ui/When.tsx';
import { reasonWords } from '../../ui/words.ts';
import { priceWords, witnessWords } from './approval-words.ts';
import styles from './approvals.module.css';

/** Who wants what from whom, and what is known about them. */
export function Facts({ approval, linked }: { readonly approval: ApprovalView; readonly linked: boolean }) {
  const { agent, reason, detail, method, url, amount, asset, lastPrice, needed, witnesses } = approval;
  const price = priceWords(amount, lastPrice);
  return (
    <div className={styles['factsBox']}>
      <dl className={styles['facts']}>
        <Fact name="Why you are asked">
          {sentence(reasonWords[reason])}
          <Text size="sm" c="dimmed">
            <Inert text={detail} most={300} />
          </Text>
        </Fact>
        <Fact name="Agent">
          {linked ? (
            <Anchor component={Link} href={`/agents/${agent}`}>
              {agent}
            </Anchor>
          ) : (
            agent
          )}
        </Fact>
        <Fact name="Sum">
          <strong>{dollars(amount)}</strong>{' '}
          <Text span c="dimmed" size="sm">
            ({amount} <Inert text={asset} most={20} />)
          </Text>
        </Fact>
        <Fact name="To">
          <Payee approval={approval} />
        </Fact>
        <Fact name="For">
          <Text span fw={600} size="sm">
            <Inert text={method} most={12} />
          </Text>{' '}
          <Inert text={url} most={120} />
          <Known
            since={approval.originSince}
            known="First paid at this site"
            unknown={`New site: ${agent} has never paid here`}
          />
        </Fact>
        {price !== null && <Fact name="Last price here">{price}</Fact>}
        {needed > 1 && (
          <Fact name="Who must say yes">
            {needed} people.{' '}
            {witnesses.length === 0 ? 'Nobody has so far.' : `So far: ${witnesses.map(witnessWords).join(', ')}.`}
          </Fact>
        )}
      </dl>
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Payee({ approval: { payee, payeeSince, payeeHistory, agent } }: { readonly approval: ApprovalView }) {
  const { payments, total, lastAt } = payeeHistory;
  return (
    <>
      <Inert text={payee} mono />
      <Known since={payeeSince} known={`First paid by ${agent}`} unknown={`New payee: ${agent} has never paid it`} />
      <Text size="sm" c="dimmed">
        {payments === 0 ? (
          'None of your agents has paid it so far.'
        ) : (
          <>
            {payments === 1 ? 'One payment' : `${payments} payments`} from all your agents so far, {dollars(total)} in
            all
            {lastAt !== null && (
              <>
                , the last one <When at={lastAt} />
              </>
            )}
            .
          </>
        )}
      </Text>
    </>
  );
}

function Known({
  since,
  known,
  unknown,
}: {
  readonly since: number | null;
  readonly known: string;
  readonly unknown: string;
}) {
  if (since === null)
    return (
      <div>
        <Tone tone="warn">{unknown}</Tone>
      </div>
    );
  return (
    <Text size="sm" c="dimmed">
      {known} <When at={since} />
    </Text>
  );
}

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
