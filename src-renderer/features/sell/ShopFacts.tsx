import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ShopDetail } from '../../../src-shared/contract/index.ts';
import { Inert } from '../../ui/Inert.tsx';
import { Section } from '../../ui/Panels.tsx';
import { When } from '../../ui/When.tsx';
import { dialectWords, flowWords } from './shop-words.ts';

/** How a shop works, and what it puts up with. */
export function ShopFacts({ shop }: { readonly shop: ShopDetail }) {
  const { limits } = shop;
  const aMinute = (count: number): string => `${count.toLocaleString()} a minute`;
  const rows: readonly (readonly [string, ReactNode])[] = [
    ['Open since', <When key="since" at={shop.openedAt} />],
    ['Paid to', <Inert key="payTo" text={shop.payTo} most={60} mono />],
    ['Ways to pay', shop.dialects.map((dialect) => dialectWords[dialect].name).join(', ')],
    ['Money moves', `${flowWords[shop.flow].name}. ${flowWords[shop.flow].about}`],
    [
      'Payments are checked by',
      shop.facilitator === null ? 'Groat itself' : <Inert key="facilitator" text={shop.facilitator} />,
    ],
    ['Requests of one buyer, at most', aMinute(limits.perPayerMinute)],
    ['From one address, at most', aMinute(limits.perAddressMinute)],
    ['For one price, at most', aMinute(limits.perRouteMinute)],
    ['Largest request', bytes(limits.bodyBytes)],
    ['At your API at once', limits.concurrency.toLocaleString()],
    ['Your API must answer within', `${limits.answerSeconds.toLocaleString()} seconds`],
  ];
  return (
    <Section title="How it works">
      <Table variant="vertical" aria-label="How it works" layout="auto">
        <Table.Tbody>
          {rows.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th
                w={{ base: 150, sm: 260 }}
                style={{ background: 'none', color: 'var(--quiet)', fontWeight: 500 }}
              >
                {name}
              </Table.Th>
              <Table.Td>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}

const bytes = (count: number): string =>
  count >= 1024 * 1024
    ? `${(count / 1024 / 1024).toLocaleString(undefined, { maximumFractionDigits: 1 })} MB`
    : `${Math.ceil(count / 1024).toLocaleString()} kB`;
