import { Table } from '@mantine/core';
import type { ShopDetail } from '../../../src-shared/contract/index.ts';
import { Inert } from '../../ui/Inert.tsx';
import { dollars } from '../../ui/money.ts';
import { Section } from '../../ui/Panels.tsx';
import { Tone } from '../../ui/Tone.tsx';
import { isFree } from './route-rows.ts';

/** What each kind of request costs. */
export function Prices({ shop: { price, routes } }: { readonly shop: ShopDetail }) {
  const rows = [
    ...routes.map(({ method, path, price: each }) => ({
      key: `${method} ${path}`,
      what: `${method === '*' ? '' : `${method} `}${path}`,
      price: each,
    })),
    { key: 'else', what: routes.length === 0 ? 'Every request' : 'Every other request', price },
  ];
  return (
    <Section title="Prices">
      <Table aria-label="Prices" verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Request</Table.Th>
            <Table.Th ta="end">Price</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ key, what, price: each }) => (
            <Table.Tr key={key}>
              <Table.Td>
                <Inert text={what} most={60} />
              </Table.Td>
              <Table.Td ta="end">{isFree(each) ? <Tone tone="neutral">Free</Tone> : dollars(each)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}
