import { Loader } from '@mantine/core';
import { IconSearchOff } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { OrderFilter, OrderLine } from '../../../src-shared/contract/index.ts';
import { useClient } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { Empty, ProblemNote } from '../../ui/Panels.tsx';
import { PaymentTable } from './PaymentTable.tsx';
import { pageSize } from './page-keeper.ts';

/** Rows below those in sight that should be there already. */
const ahead = 60;

/** What a filter finds, newest first. The search goes on by itself until the screen is full or there is nothing older. */
export function FoundPayments({ filter }: { readonly filter: OrderFilter }) {
  const client = useClient();
  const [last, setLast] = useState(0);
  const onRange = useCallback((_: number, lastInSight: number) => setLast(lastInSight), []);
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetching } = useInfiniteQuery({
    queryKey: ['payment-search', filter],
    queryFn: ({ pageParam }) =>
      client.orders.search({ ...filter, limit: pageSize, ...(pageParam === null ? {} : { before: pageParam }) }),
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }) => next,
    gcTime: 0,
  });
  const rows = useMemo<readonly OrderLine[]>(() => data?.pages.flatMap(({ orders }) => orders) ?? [], [data]);
  const wanted = hasNextPage && !isFetching && error === null && last + ahead >= rows.length;
  useEffect(() => {
    if (wanted) void fetchNextPage();
  }, [wanted, fetchNextPage]);

  if (error !== null && rows.length === 0)
    return <ProblemNote problem={toProblem(error)} again={() => void refetch()} />;
  if (rows.length === 0 && data !== undefined && !hasNextPage)
    return (
      <Empty icon={<IconSearchOff size={26} />} title="Nothing like that">
        No payment has all of this. Take one of the filters away, or look for a part of the address only.
      </Empty>
    );
  return (
    <PaymentTable
      count={rows.length}
      row={(index) => rows[index] ?? null}
      onRange={onRange}
      foot={
        <span role="status">
          {hasNextPage || data === undefined ? (
            <>
              <Loader size={12} color="var(--brand)" /> Looking through older payments …
            </>
          ) : (
            `${rows.length.toLocaleString()} found; that is all.`
          )}
        </span>
      }
    />
  );
}
