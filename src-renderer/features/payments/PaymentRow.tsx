import { Anchor, Tooltip } from '@mantine/core';
import { memo } from 'react';
import { Link } from 'wouter';
import type { OrderLine } from '../../../src-shared/contract/index.ts';
import { inertPieces } from '../../ui/inert-text.ts';
import { dollars } from '../../ui/money.ts';
import { Tone } from '../../ui/Tone.tsx';
import { When } from '../../ui/When.tsx';
import { orderWords, shortAddress, shortUrl } from '../../ui/words.ts';
import classes from './PaymentTable.module.css';

/** One line: rows are many and short, so what hides in a text is shown as its code, without a hint of its own. */
const inert = (text: string): string =>
  inertPieces(text)
    .map((piece) => (piece.kind === 'plain' ? piece.text : piece.code))
    .join('');

export const PaymentRow = memo(function PaymentRow({ order }: { readonly order: OrderLine }) {
  const { word, tone, means } = orderWords[order.state];
  return (
    <>
      <td>
        <When at={order.createdAt} />
      </td>
      <td className={classes['wide']}>{order.agent}</td>
      <td>
        <Anchor component={Link} href={`/payments/${order.id}`} inherit title={inert(order.url)}>
          <bdi>{inert(shortUrl(order.url))}</bdi>
        </Anchor>
      </td>
      <td className={classes['widest']} title={inert(order.payee)}>
        {inert(shortAddress(order.payee))}
      </td>
      <td>
        <Tooltip label={means}>
          <Tone tone={tone} size="sm">
            {word}
          </Tone>
        </Tooltip>
      </td>
      <td className={classes['sum']}>{dollars(order.amount)}</td>
    </>
  );
});
