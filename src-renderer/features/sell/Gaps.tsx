import { List } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useClient } from '../../rpc/host.ts';
import { Note } from '../../ui/Panels.tsx';

/** What keeps buyers from paying although a shop is open. What the chain cannot be asked just now is no gap. */
export function Gaps() {
  const client = useClient();
  // Not under `shops`: it asks the chain, and need not after every sale.
  const { data } = useQuery({ queryKey: ['shop-gaps'], queryFn: () => client.shops.gaps(), staleTime: 30_000 });
  if (data === undefined || data.length === 0) return null;
  return (
    <Note tone="warn" title="Buyers cannot pay you yet">
      <List size="sm" spacing={4}>
        {data.map((gap) => (
          <List.Item key={gap}>{gap}</List.Item>
        ))}
      </List>
    </Note>
  );
}
