import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ShopView } from '../../../src-shared/contract/index.ts';
import { useAct } from '../../rpc/host.ts';
import { ProblemNote } from '../../ui/Panels.tsx';

/** Closes a shop for now, or opens it again. */
export function ShopSwitch({
  shop: { name, state },
  size = 'sm',
}: {
  readonly shop: Pick<ShopView, 'name' | 'state'>;
  readonly size?: 'xs' | 'sm';
}) {
  const queries = useQueryClient();
  const stop = state === 'open';
  const word = stop ? 'Stop' : state === 'failed' ? 'Open it again' : 'Open';
  const turn = useAct(
    (_: null, client, asOwner) =>
      asOwner(`${stop ? 'stop' : 'open'} the shop “${name}”`, (context) =>
        stop ? client.shops.stop({ name }, { context }) : client.shops.start({ name }, { context }),
      ),
    () => void queries.invalidateQueries({ queryKey: ['shops'] }),
  );
  return (
    <>
      <Button
        size={size}
        variant={stop ? 'default' : 'filled'}
        loading={turn.busy}
        onClick={() => turn.run(null)}
        aria-label={`${word}: ${name}`}
      >
        {word}
      </Button>
      <ProblemNote problem={turn.problem} />
    </>
  );
}
