import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';
import type { OrderLine } from '../../../src-shared/contract/index.ts';
import { PaymentRow } from './PaymentRow.tsx';
import classes from './PaymentTable.module.css';
import { rowHeight } from './page-keeper.ts';

/** A table of any length: only the rows in sight are drawn. `row` gives null for one that has not come yet. */
export function PaymentTable({
  count,
  row,
  onRange,
  foot,
}: {
  readonly count: number;
  row(index: number): OrderLine | null;
  /** Told which rows are in sight, whenever that changes. */
  onRange(first: number, last: number): void;
  readonly foot?: ReactNode;
}) {
  const box = useRef<HTMLTableSectionElement>(null);
  const rows = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const items = rows.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => onRange(first, last), [onRange, first, last]);
  return (
    <table className={classes['table']} aria-label="Payments" aria-rowcount={count + 1}>
      <thead>
        <tr aria-rowindex={1} className={classes['head']}>
          <th scope="col">When</th>
          <th scope="col" className={classes['wide']}>
            Agent
          </th>
          <th scope="col">For</th>
          <th scope="col" className={classes['widest']}>
            To
          </th>
          <th scope="col">Outcome</th>
          <th scope="col" className={classes['sum']}>
            Sum
          </th>
        </tr>
      </thead>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1) */}
      <tbody ref={box} className={classes['box']} tabIndex={0}>
        <tr aria-hidden style={{ height: rows.getTotalSize() }} className={classes['length']} />
        {items.map((item) => (
          <Placed key={item.index} item={item} order={row(item.index)} />
        ))}
        {foot !== undefined && foot !== false && (
          <tr className={classes['foot']}>
            <td>{foot}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function Placed({ item, order }: { readonly item: VirtualItem; readonly order: OrderLine | null }) {
  return (
    <tr aria-rowindex={item.index + 2} className={classes['row']} style={{ transform: `translateY(${item.start}px)` }}>
      {order === null ? <td className={classes['whole']}>…</td> : <PaymentRow order={order} />}
    </tr>
  );
}
