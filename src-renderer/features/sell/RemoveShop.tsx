import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { ShopDetail, ShopView } from '../../../src-shared/contract/index.ts';
import { useAct } from '../../rpc/host.ts';
import { Confirm } from '../../ui/Confirm.tsx';

/** Takes a shop away for good. */
export function RemoveShop({
  shop: { name, credit },
  onLeaving,
}: {
  readonly shop: ShopDetail;
  /** Told before the shop goes, so that nobody asks for it any more, and when it stays after all. */
  onLeaving(leaving: boolean): void;
}) {
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState(false);
  const remove = useAct(
    async (_: null, client, asOwner) => {
      onLeaving(true);
      try {
        return await asOwner(`remove the shop “${name}”`, (context) => client.shops.remove({ name }, { context }));
      } catch (error) {
        onLeaving(false);
        throw error;
      }
    },
    () => {
      queries.setQueryData<readonly ShopView[]>(['shops', 'list'], (shops) =>
        shops?.filter((one) => one.name !== name),
      );
      navigate('/sell');
      queries.removeQueries({ queryKey: ['shops', 'show', name] });
      for (const key of ['shops', 'local-servers']) void queries.invalidateQueries({ queryKey: [key] });
    },
  );
  return (
    <>
      <Button color="var(--bad)" variant="outline" onClick={() => setAsking(true)}>
        Remove
      </Button>
      <Confirm
        opened={asking}
        title={`Remove ${name}?`}
        yes={`Remove ${name}`}
        busy={remove.busy}
        problem={remove.problem}
        onYes={() => remove.run(null)}
        onNo={() => {
          remove.clear();
          setAsking(false);
        }}
      >
        Its address is worth nothing from then on; its sales stay in the books.
        {credit.callsLeft > 0 &&
          ` Buyers have paid ahead for ${credit.callsLeft.toLocaleString()} calls that they could not make any more.`}{' '}
        If you only want to close it for a while, stop it.
      </Confirm>
    </>
  );
}
