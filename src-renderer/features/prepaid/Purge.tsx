import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../../rpc/host.ts';
import { Confirm } from '../../ui/Confirm.tsx';

/** Throws away what is of no use any more. */
export function Purge({ count }: { readonly count: number }) {
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const purge = useAct(
    (_: null, client) => client.prepaid.purge(),
    () => {
      setAsking(false);
      void queries.invalidateQueries({ queryKey: ['prepaid'] });
    },
  );
  return (
    <>
      <Button size="xs" onClick={() => setAsking(true)}>
        Clear away what is over ({count})
      </Button>
      <Confirm
        opened={asking}
        title={count === 1 ? 'Throw one credit away?' : `Throw ${count} credits away?`}
        yes="Throw away"
        busy={purge.busy}
        problem={purge.problem}
        onYes={() => purge.run(null)}
        onNo={() => {
          purge.clear();
          setAsking(false);
        }}
      >
        Only those that are used up or whose time is over. Their payments stay on record.
      </Confirm>
    </>
  );
}
