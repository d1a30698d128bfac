import { useQuery } from '@tanstack/react-query';
import { useClient } from '../../rpc/host.ts';

const hours = 24;
const nothing: readonly string[] = Array.from({ length: hours }, () => '0');

/**
 * What an agent spent in each of the last 24 hours. One question answers it for all that are shown; only those who are too
 * many for it ask for themselves.
 */
export function useLastDay(agent: string): readonly string[] {
  const client = useClient();
  const query = { by: 'agent', step: 'hour', steps: hours } as const;
  const all = useQuery({
    queryKey: ['spending', 'last-day'],
    queryFn: () => client.spending.series(query),
  });
  const row = all.data?.rows.find(({ key }) => key === agent);
  const amongOthers = row === undefined && all.data?.rows.some(({ key }) => key === null) === true;
  const own = useQuery({
    queryKey: ['spending', 'last-day', agent],
    queryFn: () => client.spending.series({ ...query, agent }),
    enabled: amongOthers,
  });
  return row?.amounts ?? own.data?.rows[0]?.amounts ?? nothing;
}
