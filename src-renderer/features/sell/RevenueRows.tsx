import { Table, Text } from '@mantine/core';
import type { ShopDetail } from '../../../src-shared/contract/index.ts';
import { Inert } from '../../ui/Inert.tsx';
import { dollars } from '../../ui/money.ts';
import { Section } from '../../ui/Panels.tsx';
import { routeText } from './shop-words.ts';

/** Revenue of the last 30 days by one thing, the largest first. */
export function RevenueRows({
  title,
  head,
  rows,
  of,
}: {
  readonly title: string;
  readonly head: string;
  readonly rows: ShopDetail['byRoute'];
  readonly of: 'route' | 'payer';
}) {
  return (
    <Section title={title}>
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing in the last 30 days.
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={260} maxHeight={360}>
          <Table aria-label={title} verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{head}</Table.Th>
                <Table.Th ta="end">Sales</Table.Th>
                <Table.Th ta="end">Revenue</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(({ key, amount, count }) => (
                <Table.Tr key={key}>
                  <Table.Td>
                    {of === 'payer' ? <Inert text={key} most={16} mono /> : <Inert text={routeText(key)} most={40} />}
                  </Table.Td>
                  <Table.Td ta="end">{count.toLocaleString()}</Table.Td>
                  <Table.Td ta="end">{dollars(amount)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Section>
  );
}
