import { Anchor, Button, Code, Text } from '@mantine/core';
import { Link } from 'wouter';
import { useAct, useLive } from '../../rpc/host.ts';
import { Inert } from '../../ui/Inert.tsx';
import { dollars } from '../../ui/money.ts';
import { Note, ProblemNote } from '../../ui/Panels.tsx';
import type { PaymentOutcome } from '../../ui/payment/payment-steps.ts';
import { reasonWords } from '../../ui/words.ts';

const freeWords = {
  nothing: 'The shop asked for nothing',
  prepaid: 'Paid from credit that was bought before',
  secret: 'Your own API key for this site was used',
} as const;

/** What became of a test purchase, and where to look next. */
export function PurchaseOutcome({
  outcome,
  agent,
  onFunded,
}: {
  readonly outcome: PaymentOutcome;
  readonly agent: string;
  /** There is play money now. */
  onFunded(): void;
}) {
  switch (outcome.kind) {
    case 'none':
      return null;
    case 'paid':
      return (
        <Note tone="good" title={`It works: ${agent} paid ${dollars(outcome.amount)}`}>
          <Body text={outcome.body} />
          <To href={`/payments/${outcome.order}`}>See this payment</To>
        </Note>
      );
    case 'free':
      return (
        <Note tone="info" title={freeWords[outcome.by]}>
          {outcome.by === 'nothing' && (
            <Text size="sm">Choose a path that costs something, if you want to see a payment.</Text>
          )}
          <Body text={outcome.body} />
        </Note>
      );
    case 'refused':
      if (outcome.reason === 'insufficient-funds') return <NoMoney onFunded={onFunded} />;
      return (
        <Note
          tone={outcome.waits ? 'warn' : 'bad'}
          title={outcome.waits ? 'It waits for your yes' : 'Groat refused the payment'}
        >
          <Text size="sm">
            Why: {outcome.reason === null ? <Inert text={outcome.detail} /> : reasonWords[outcome.reason]}. Nothing was
            paid.
          </Text>
          {outcome.waits ? (
            <To href="/approvals">Answer it, then buy again</To>
          ) : (
            <To href="/agents">Look at the agents and their limits</To>
          )}
        </Note>
      );
    case 'not-delivered':
      return (
        <Note tone="bad" title={`The shop answered with an error (${outcome.httpStatus})`}>
          <Text size="sm">
            {outcome.order === null ? 'Nothing was paid. ' : ''}Does the API behind it answer at this path?
          </Text>
          {outcome.order !== null && <To href={`/payments/${outcome.order}`}>See what became of the money</To>}
        </Note>
      );
    case 'lost':
      return (
        <Note tone="warn" title="The answer was lost on its way">
          <Text size="sm">
            <Inert text={outcome.why} />. Groat finds out by itself whether the money has moved.
          </Text>
          {outcome.order !== null && <To href={`/payments/${outcome.order}`}>See what is known</To>}
        </Note>
      );
  }
}

function To({ href, children }: { readonly href: string; readonly children: string }) {
  return (
    <Anchor component={Link} href={href} size="sm">
      {children}
    </Anchor>
  );
}

function Body({ text }: { readonly text: string }) {
  return (
    <Code block my="xs" style={{ background: 'var(--card)', color: 'var(--ink)', whiteSpace: 'pre-wrap' }}>
      <Inert text={text === '' ? '(an empty answer)' : text} most={400} mono />
    </Code>
  );
}

function NoMoney({ onFunded }: { onFunded(): void }) {
  const network = useLive(({ status }) => status?.network ?? null);
  const fund = useAct(async (_: null, client) => {
    const { spender } = await client.wallet.show();
    await client.sandbox.fund({ address: spender, amount: '10' });
  }, onFunded);
  return (
    <Note tone="warn" title="The wallet holds too little">
      {network === 'sandbox' ? (
        <>
          It is play money, so there is more.
          <Button size="xs" mt="xs" display="block" loading={fund.busy} onClick={() => fund.run(null)}>
            Get 10 play dollars and try again
          </Button>
          <ProblemNote problem={fund.problem} />
        </>
      ) : (
        <To href="/settings">The wallet’s address is under Settings</To>
      )}
    </Note>
  );
}
