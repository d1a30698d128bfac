import { Button } from '@mantine/core';
import { useState } from 'react';
import { useAct } from '../../rpc/host.ts';
import { Confirm } from '../../ui/Confirm.tsx';

/** Takes an agent's leave to spend away for good. */
export function RemoveAgent({ agent, parts }: { readonly agent: string; readonly parts: readonly string[] }) {
  const [asking, setAsking] = useState(false);
  const remove = useAct(
    (_: null, client, asOwner) => asOwner(`remove ${agent}`, (context) => client.agents.revoke({ agent }, { context })),
    () => setAsking(false),
  );
  return (
    <>
      <Button color="var(--bad)" variant="outline" onClick={() => setAsking(true)}>
        Remove
      </Button>
      <Confirm
        opened={asking}
        title={`Remove ${agent}?`}
        yes={`Remove ${agent}`}
        busy={remove.busy}
        problem={remove.problem}
        onYes={() => remove.run(null)}
        onNo={() => {
          remove.clear();
          setAsking(false);
        }}
      >
        It cannot pay from then on.
        {parts.length > 0 && ` The same goes for those that it handed a part on to: ${parts.join(', ')}.`} If you only
        want to stop it for a while, pause it.
      </Confirm>
    </>
  );
}
