import { Button } from '@mantine/core';
import { IconFileCertificate, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PrepaidStatus } from '../../../src-shared/contract/index.ts';
import { useClient } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { Empty, Loading, Page, ProblemNote, Section } from '../../ui/Panels.tsx';
import { BuyCredit } from './BuyCredit.tsx';
import { CreditCard } from './CreditCard.tsx';
import { isOver } from './credit-words.ts';
import { Pending } from './Pending.tsx';
import { Purge } from './Purge.tsx';
import styles from './prepaid.module.css';
import { Totals } from './Totals.tsx';

/** Calls that were bought ahead: what is left of them, and what is still to come. */
export function Prepaid() {
  const client = useClient();
  const { data, error, refetch } = useQuery({
    queryKey: ['prepaid', 'status'],
    queryFn: () => client.prepaid.status(),
  });
  const [buying, setBuying] = useState(false);
  const buy = (
    <Button variant="filled" leftSection={<IconPlus size={16} />} onClick={() => setBuying(true)}>
      Buy credit
    </Button>
  );
  return (
    <Page
      title="Prepaid"
      about="Calls that your agents bought ahead, so that each one costs no transfer of its own."
      actions={buy}
    >
      {error !== null && <ProblemNote problem={toProblem(error)} again={() => void refetch()} />}
      {data === undefined && error === null && <Loading what="your credit" />}
      {data !== undefined && <Known status={data} onBuy={() => setBuying(true)} />}
      <BuyCredit opened={buying} onClose={() => setBuying(false)} />
    </Page>
  );
}

function Known({
  status: { credits, pending, totalRemaining },
  onBuy,
}: {
  readonly status: PrepaidStatus;
  onBuy(): void;
}) {
  const over = credits.filter(isOver).length;
  return (
    <>
      {pending.length > 0 && <Pending purchases={pending} />}
      {credits.length > 0 && <Totals credits={credits} totalRemaining={totalRemaining} />}
      <Section title="Your credit" aside={over > 0 && <Purge count={over} />}>
        {credits.length === 0 ? (
          <Empty
            icon={<IconFileCertificate size={26} />}
            title="No prepaid credit"
            action={
              <Button mt="xs" onClick={onBuy}>
                See what a seller offers
              </Button>
            }
          >
            Some sellers offer packages: many calls for one payment. Each call is then answered at once, and often costs
            less. Once you have bought one, your agents use it by themselves at that seller, and nowhere else.
          </Empty>
        ) : (
          <ul className={styles['list']}>
            {credits.map((credit) => (
              <CreditCard key={credit.id} credit={credit} />
            ))}
          </ul>
        )}
      </Section>
    </>
  );
}
