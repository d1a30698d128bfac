import { Button, Text, Tooltip } from '@mantine/core';
import type { SaleView } from '../../../src-shared/contract/index.ts';
import { Inert } from '../../ui/Inert.tsx';
import { dollars } from '../../ui/money.ts';
import { Tone } from '../../ui/Tone.tsx';
import { When } from '../../ui/When.tsx';
import styles from './sales.module.css';
import { askedFor, canRefund, dialectWords, refundWords, saleWords } from './shop-words.ts';

export function SaleRow({ sale, onRefund }: { readonly sale: SaleView; onRefund(): void }) {
  const { at, purpose, method, url, dialect, payer, amount, why, refund } = sale;
  const { word, tone, means } = saleWords(sale);
  return (
    <tr>
      <td className={styles['when']}>
        <When at={at} />
      </td>
      <td className={styles['for']}>
        {purpose === 'package' ? (
          'A package of calls'
        ) : (
          <>
            {method} <Inert text={askedFor(url)} most={44} />
          </>
        )}
        <Text size="xs" c="dimmed">
          by {dialectWords[dialect].name}
        </Text>
      </td>
      <td className={styles['buyer']}>
        <Inert text={payer} most={14} mono />
      </td>
      <td className={styles['outcome']}>
        <Tooltip label={means}>
          <Tone tone={tone} size="sm">
            {word}
          </Tone>
        </Tooltip>
        {why !== null && (
          <Text size="xs" c="dimmed" component="div">
            <Inert text={why} most={60} />
          </Text>
        )}
      </td>
      <td className={styles['sum']}>{dollars(amount)}</td>
      <td className={styles['back']}>
        {refund !== null && (
          <>
            <Tone tone={refundWords[refund.state].tone} size="sm">
              {refundWords[refund.state].word}
            </Tone>
            <Text size="xs" c="dimmed">
              {dollars(refund.amount)} <When at={refund.at} />
            </Text>
          </>
        )}
        {canRefund(sale) && (
          <Button size="xs" onClick={onRefund} aria-label={`Refund ${dollars(amount)} to ${payer}`}>
            Refund
          </Button>
        )}
      </td>
    </tr>
  );
}
