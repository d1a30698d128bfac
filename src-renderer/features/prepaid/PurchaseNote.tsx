import { Anchor, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { PurchaseResult } from '../../../src-shared/contract/index.ts';
import { refusalReasons } from '../../../src-shared/model/index.ts';
import { Inert } from '../../ui/Inert.tsx';
import { dollars } from '../../ui/money.ts';
import { Note } from '../../ui/Panels.tsx';
import { reasonWords, shortUrl } from '../../ui/words.ts';
import { pendingWords } from './credit-words.ts';

/** What became of a purchase, and what to do next. */
export function PurchaseNote({ result }: { readonly result: PurchaseResult }) {
  switch (result.outcome) {
    case 'bought':
      return (
        <Note tone="good" title={`${result.credit.remaining.toLocaleString()} calls are yours`}>
          <Text size="sm" component="div">
            {dollars(result.credit.price)} paid. Your agents use them by themselves at{' '}
            <Inert text={shortUrl(result.credit.origin)} most={50} />.
          </Text>
          <To href={`/payments/${result.order.id}`}>See this payment</To>
        </Note>
      );
    case 'pending': {
      const { state, why, order } = result.purchase;
      return (
        <Note tone={pendingWords[state].tone === 'bad' ? 'bad' : 'warn'} title={pendingWords[state].word}>
          <Text size="sm" component="div">
            {pendingWords[state].means}
            {why !== null && (
              <>
                {' '}
                Last answer: <Inert text={why} most={160} />
              </>
            )}{' '}
            It stands under “Still to come”.
          </Text>
          <To href={`/payments/${order}`}>See this payment</To>
        </Note>
      );
    }
    case 'refused':
      return <Refused {...result} />;
  }
}

function Refused({ decision, reason, detail, approval }: Extract<PurchaseResult, { outcome: 'refused' }>) {
  const known = refusalReasons.find((one) => one === reason);
  const waits = decision === 'deferred';
  return (
    <Note tone={waits ? 'warn' : 'bad'} title={waits ? 'It waits for your yes' : 'Groat did not buy it'}>
      <Text size="sm" component="div">
        Why: {known === undefined ? <Inert text={detail === '' ? reason : detail} most={200} /> : reasonWords[known]}.
        Nothing was paid.
      </Text>
      {waits ? (
        <To href={approval === null ? '/approvals' : `/approvals/${approval}`}>Answer it, then buy again</To>
      ) : known === 'insufficient-funds' ? (
        <To href="/settings">Put money in: the wallet is under Settings</To>
      ) : (
        <To href="/agents">Look at the agents and their limits</To>
      )}
    </Note>
  );
}

function To({ href, children }: { readonly href: string; readonly children: string }) {
  return (
    <Anchor component={Link} href={href} size="sm">
      {children}
    </Anchor>
  );
}
