import { Stack, Table, Text } from '@mantine/core';
import type { ShopDetail } from '../../../src-shared/contract/index.ts';
import { dollars } from '../../ui/money.ts';
import { Section } from '../../ui/Panels.tsx';
import { eachCall } from './package-rows.ts';

/** Credit that a shop sells ahead, and what it still owes of it. */
export function ShopPackages({ shop: { prepaid, packages, credit, price } }: { readonly shop: ShopDetail }) {
  return (
    <Section title="Packages of calls">
      <Stack gap="sm">
        {credit.packages > 0 && (
          <Text size="sm">
            <strong>{credit.packages.toLocaleString()}</strong> sold, with {credit.callsSold.toLocaleString()} calls in
            all; <strong>{credit.callsLeft.toLocaleString()}</strong> calls are paid for and not used yet.
          </Text>
        )}
        {!prepaid && (
          <Text size="sm" c="dimmed">
            This shop sells none. Switched on under “Change”, buyers pay once for many calls, and each of them is faster
            for both of you.
          </Text>
        )}
        {prepaid && (
          <Table.ScrollContainer minWidth={340}>
            <Table aria-label="Packages" verticalSpacing={6}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Package</Table.Th>
                  <Table.Th ta="end">Calls</Table.Th>
                  <Table.Th ta="end">Days</Table.Th>
                  <Table.Th ta="end">Price</Table.Th>
                  <Table.Th ta="end">A call</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {packages.map((one) => {
                  const each = eachCall(one, price);
                  return (
                    <Table.Tr key={one.id}>
                      <Table.Td>{one.name}</Table.Td>
                      <Table.Td ta="end">{one.calls.toLocaleString()}</Table.Td>
                      <Table.Td ta="end">{one.days.toLocaleString()}</Table.Td>
                      <Table.Td ta="end">{dollars(one.price)}</Table.Td>
                      <Table.Td ta="end">
                        {dollars(each.price)}
                        {each.cheaper === false && (
                          <Text size="xs" c="var(--warn)">
                            no saving
                          </Text>
                        )}
                      </Table.Td>
                    </Table.Tr>
                  );
                })}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Stack>
    </Section>
  );
}
