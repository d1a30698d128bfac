import { Button, Group } from '@mantine/core';
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { DeskUpdate, OrderLine } from '../../../src-shared/contract/index.ts';
import { useClient, useUpdates } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { ProblemNote } from '../../ui/Panels.tsx';
import { PaymentTable } from './PaymentTable.tsx';
import { beforeOf, pageSize, pagesOf, patched, rowsThatFit } from './page-keeper.ts';
import { tallestElement } from './tallest.ts';

/**
 * All of them, with a scroll bar that reaches the first: rows are numbered without a gap, so any of them is one look-up away.
 * The list stands still while it is read; what came since is a button.
 */
export function AllPayments({ total }: { readonly total: number }) {
  const client = useClient();
  const queries = useQueryClient();
  const [top, setTop] = useState(total);
  const [range, setRange] = useState({ first: 0, last: 0 });
  const onRange = useCallback((first: number, last: number) => setRange({ first, last }), []);
  const pages = useQueries({
    queries: pagesOf(range.first, range.last).map((page) => ({
      queryKey: ['payment-page', top, page],
      queryFn: async () => (await client.orders.search({ before: beforeOf(top, page), limit: pageSize })).orders,
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 60_000,
    })),
  });
  const [firstPage = 0] = pagesOf(range.first, range.last);
  const row = (index: number): OrderLine | null =>
    pages[Math.floor(index / pageSize) - firstPage]?.data?.[index % pageSize] ?? null;
  const failed = pages.find(({ error }) => error !== null);

  const onUpdate = useCallback(
    ({ orders }: DeskUpdate) => {
      if (orders.length === 0) return;
      queries.setQueriesData<readonly OrderLine[]>({ queryKey: ['payment-page'] }, (rows) =>
        rows === undefined ? rows : patched(rows, orders),
      );
    },
    [queries],
  );
  useUpdates(onUpdate);

  const shown = rowsThatFit(top, tallestElement());
  const since = total - top;
  return (
    <>
      {failed !== undefined && <ProblemNote problem={toProblem(failed.error)} again={() => void failed.refetch()} />}
      {since > 0 && (
        <Group justify="center">
          <Button size="xs" onClick={() => setTop(total)}>
            {since === 1 ? 'Show 1 new payment' : `Show ${since.toLocaleString()} new payments`}
          </Button>
        </Group>
      )}
      <PaymentTable
        key={top}
        count={shown}
        row={row}
        onRange={onRange}
        foot={
          shown < top && (
            <>
              Older ones are there too: choose a day under <strong>Until</strong>.
            </>
          )
        }
      />
    </>
  );
}
