import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import type { OrderView } from '../../../src-shared/contract/index.ts';
import { Inert } from '../../ui/Inert.tsx';
import { dollars } from '../../ui/money.ts';
import { When } from '../../ui/When.tsx';

export function Facts({ order }: { readonly order: OrderView }) {
  const rows: readonly (readonly [string, ReactNode])[] = [
    ['Sum', `${dollars(order.amount)} (${order.amount} ${order.asset})`],
    ['Agent', order.agent],
    ['Address', <Inert key="url" text={order.url} most={120} />],
    ['Paid to', <Inert key="payee" text={order.payee} mono />],
    ['Begun', <When key="begun" at={order.createdAt} />],
    ['Last change', <When key="changed" at={order.updatedAt} />],
    ['Seller’s answer', order.httpStatus === null ? 'none' : `HTTP ${order.httpStatus}`],
    ['Transaction', order.signature === null ? 'none seen' : <Inert key="tx" text={order.signature} most={36} mono />],
    ['Payment', <Inert key="id" text={order.id} mono />],
  ];
  return (
    <Table variant="vertical" aria-label="Facts" layout="auto">
      <Table.Tbody>
        {rows.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th w={130} style={{ background: 'none', color: 'var(--quiet)', fontWeight: 500 }}>
              {name}
            </Table.Th>
            <Table.Td>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
