import { ColorSwatch, Group, Table } from '@mantine/core';
import { Inert } from '../../ui/Inert.tsx';
import { dollars } from '../../ui/money.ts';
import type { Sums } from '../../ui/sums.ts';

const heads = { agent: 'Agent', payee: 'Payee', origin: 'Site' } as const;

/** The chart in words and sums, for every reader. */
export function SpendingLegend({ chart, by }: { readonly chart: Sums; readonly by: keyof typeof heads }) {
  return (
    <Table aria-label="Spending in sums" verticalSpacing={4}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{heads[by]}</Table.Th>
          <Table.Th ta="end">Spent</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {chart.series.map(({ member, key, total, colour }) => (
          <Table.Tr key={member}>
            <Table.Td>
              <Group gap="xs" wrap="nowrap">
                <ColorSwatch size={12} color={colour} withShadow={false} />
                {key === null ? 'All others' : <Inert text={key} most={40} />}
              </Group>
            </Table.Td>
            <Table.Td ta="end">{dollars(total)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
