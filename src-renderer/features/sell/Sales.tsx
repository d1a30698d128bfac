import { Button, Group, SegmentedControl, Stack } from '@mantine/core';
import { IconReceipt } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SaleView } from '../../../src-shared/contract/index.ts';
import { useClient } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { Empty, Loading, ProblemNote, Section } from '../../ui/Panels.tsx';
import { Refund } from './Refund.tsx';
import { SaleRow } from './SaleRow.tsx';
import styles from './sales.module.css';

const pageSize = 50;

/** Every payment to a shop, newest first, with the way to give one back. */
export function Sales({ name, undelivered }: { readonly name: string; readonly undelivered: number }) {
  const client = useClient();
  const [only, setOnly] = useState(false);
  const [refunding, setRefunding] = useState<SaleView | null>(null);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['shops', 'sales', name, only],
    queryFn: ({ pageParam }) =>
      client.shops.sales({
        name,
        undelivered: only,
        limit: pageSize,
        ...(pageParam === null ? {} : { before: pageParam }),
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last.length < pageSize ? null : (last.at(-1)?.id ?? null)),
    placeholderData: keepPreviousData,
  });
  const sales = data?.pages.flat() ?? [];
  return (
    <Section
      title="Sales"
      aside={
        <SegmentedControl
          size="xs"
          aria-label="Which sales"
          value={only ? 'undelivered' : 'all'}
          onChange={(value) => setOnly(value === 'undelivered')}
          data={[
            { value: 'all', label: 'All' },
            { value: 'undelivered', label: `Not delivered (${undelivered.toLocaleString()})` },
          ]}
        />
      }
    >
      <Stack gap="sm">
        {error !== null && <ProblemNote problem={toProblem(error)} again={() => void refetch()} />}
        {data === undefined && error === null && <Loading what="the sales" />}
        {data !== undefined && sales.length === 0 && (
          <Empty icon={<IconReceipt size={26} />} title={only ? 'Everything was delivered' : 'No sales yet'}>
            {only
              ? 'Whoever paid got a whole answer.'
              : 'Each payment stands here with what was bought and who paid. Calls from credit are counted above.'}
          </Empty>
        )}
        {sales.length > 0 && (
          <table className={styles['table']} aria-label="Sales">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">For</th>
                <th scope="col">Buyer</th>
                <th scope="col">Outcome</th>
                <th scope="col" className={styles['sum']}>
                  Sum
                </th>
                <th scope="col">Give back</th>
              </tr>
            </thead>
            <tbody>
              {sales.map((sale) => (
                <SaleRow key={sale.id} sale={sale} onRefund={() => setRefunding(sale)} />
              ))}
            </tbody>
          </table>
        )}
        {hasNextPage && (
          <Group>
            <Button size="xs" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              Show older ones
            </Button>
          </Group>
        )}
      </Stack>
      <Refund sale={refunding} onClose={() => setRefunding(null)} />
    </Section>
  );
}
