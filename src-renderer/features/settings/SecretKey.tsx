import { Button, Code, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { CopyLine } from '../../ui/CopyLine.tsx';
import { Inert } from '../../ui/Inert.tsx';
import { Note } from '../../ui/Panels.tsx';
import { useCopy } from '../../ui/use-copy.ts';

const copyWords = { none: 'Copy without showing', copied: 'Copied', refused: 'Show it, and copy by hand' } as const;

export interface TakenKey {
  readonly address: string;
  readonly secretKey: string;
}

/** Only its own buttons close it, so that no stray click takes the key away before it was written down. */
export function SecretKey({ taken, onClose }: { readonly taken: TakenKey | null; onClose(): void }) {
  return (
    <Modal
      opened={taken !== null}
      onClose={onClose}
      title="The wallet’s secret key"
      closeOnClickOutside={false}
      transitionProps={{ duration: 0 }}
    >
      {taken !== null && <Shown {...taken} onClose={onClose} />}
    </Modal>
  );
}

function Shown({ address, secretKey, onClose }: TakenKey & { onClose(): void }) {
  const [shown, setShown] = useState(false);
  const { outcome, copy } = useCopy();
  return (
    <Stack gap="sm">
      <Note tone="warn" title="Let nobody see it">
        Keep it in a password manager. It is shown this once; what you copy also stays in your clipboard until you copy
        something else.
      </Note>
      <Text size="sm" c="dimmed" component="div">
        Of the address <Inert text={address} most={60} mono />
      </Text>
      {shown ? (
        <CopyLine text={secretKey} label="the secret key" />
      ) : (
        <>
          <Code block aria-hidden style={{ background: 'var(--neutral-soft)', color: 'var(--ink)' }}>
            {'•'.repeat(44)}
          </Code>
          <Group gap="xs">
            <Button onClick={() => setShown(true)}>Show the key</Button>
            <Button onClick={() => copy(secretKey)}>{copyWords[outcome]}</Button>
          </Group>
        </>
      )}
      <Group justify="flex-end">
        <Button variant="filled" onClick={onClose} data-autofocus>
          I have it: close
        </Button>
      </Group>
    </Stack>
  );
}
