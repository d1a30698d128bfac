import { Anchor, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconReceipt } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { useLive } from '../../rpc/host.ts';
import { Empty, Loading, Page } from '../../ui/Panels.tsx';
import { AllPayments } from './AllPayments.tsx';
import { ExportMenu } from './ExportMenu.tsx';
import { FilterBar } from './FilterBar.tsx';
import { FoundPayments } from './FoundPayments.tsx';
import { noFilter, toQuery } from './filter.ts';
import { NotKnown } from './NotKnown.tsx';

/** Every payment there ever was; those whose fate is not known stand on top. */
export function Payments() {
  const total = useLive(({ status }) => status?.payments ?? null);
  const [form, setForm] = useState(noFilter);
  const [settled] = useDebouncedValue(form, 200);
  const query = useMemo(() => toQuery(settled), [settled]);
  if (total === null) return <Loading what="the payments" />;
  return (
    <Page
      title="Payments"
      about={total === 1 ? 'One payment so far.' : `${total.toLocaleString()} payments so far.`}
      actions={total > 0 && <ExportMenu filter={query ?? {}} />}
    >
      {total === 0 ? (
        <Empty
          icon={<IconReceipt size={26} />}
          title="No payments yet"
          action={
            <Anchor component={Link} href="/agents">
              Add an agent
            </Anchor>
          }
        >
          When an agent buys something through Groat, it stands here with all its steps.
        </Empty>
      ) : (
        <>
          <NotKnown />
          <FilterBar form={form} onChange={setForm} />
          {query === null ? (
            <AllPayments total={total} />
          ) : (
            <FoundPayments filter={query} key={JSON.stringify(query)} />
          )}
          <Text size="xs" c="dimmed">
            What stands after the question mark of an address is never kept.
          </Text>
        </>
      )}
    </Page>
  );
}
