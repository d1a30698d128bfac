import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { useUnkeptAct } from '../../rpc/unkept-act.ts';
import { SecretKey, type TakenKey } from './SecretKey.tsx';
import { TypedConfirm } from './TypedConfirm.tsx';

/** The key leaves Groat only here, once, and is forgotten by the page when its window is closed. */
export function ExportKey() {
  const [asking, setAsking] = useState(false);
  const [taken, setTaken] = useState<TakenKey | null>(null);
  const take = useUnkeptAct(
    (_: null, client, asOwner) =>
      asOwner('take out the wallet’s key', (context) => client.wallet.exportKey({ confirm: 'export' }, { context })),
    (key) => {
      setAsking(false);
      setTaken(key);
    },
  );
  const close = (): void => {
    take.clear();
    setAsking(false);
    setTaken(null);
  };
  return (
    <Group justify="space-between" gap="sm">
      <Text size="sm" c="dimmed" style={{ flex: '1 1 260px' }}>
        With its secret key you can open this wallet in another wallet app, without Groat.
      </Text>
      <Button onClick={() => setAsking(true)}>Export the key …</Button>
      <TypedConfirm
        opened={asking}
        title="Take the secret key out?"
        phrase="export"
        yes="Take it out"
        busy={take.busy}
        problem={take.problem}
        onYes={() => take.run(null)}
        onNo={close}
      >
        Whoever has this key can spend everything in the wallet, and no limit of Groat’s holds them back. It cannot be
        called back. Groat notes in its log that it was taken out.
      </TypedConfirm>
      <SecretKey taken={taken} onClose={close} />
    </Group>
  );
}
