import { Button, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useClient } from '../../rpc/host.ts';
import { CopyLine } from '../../ui/CopyLine.tsx';
import { Loading, Note } from '../../ui/Panels.tsx';
import type { Restart } from './restart.ts';

const slowAfterMs = 20_000;

/** Stands above the page while Groat starts again, and then tells with what it runs. */
export function Restarting({ restart, onClose }: { readonly restart: Restart; onClose(): void }) {
  const going = restart.kind === 'asked' || restart.kind === 'away';
  return (
    <Modal
      opened={restart.kind !== 'none'}
      onClose={onClose}
      title={going ? 'Starting again …' : 'Groat runs again'}
      withCloseButton={!going}
      closeOnEscape={!going}
      closeOnClickOutside={false}
    >
      {going && <Going onClose={onClose} />}
      {restart.kind === 'back' && <Outcome onClose={onClose} />}
      {restart.kind === 'moved' && <Moved port={restart.port} />}
    </Modal>
  );
}

function Going({ onClose }: { onClose(): void }) {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), slowAfterMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Stack gap="sm">
      <Group gap="sm" role="status" wrap="nowrap">
        <Loader size="sm" color="var(--brand)" />
        <Text size="sm">
          Payments that are under way end first, for ten seconds at most. Your agents cannot pay until Groat is back.
        </Text>
      </Group>
      {slow && (
        <Note tone="warn" title="This takes longer than it should">
          If Groat does not come back, look at its terminal or its log, and start it again.
          <Button size="xs" mt="xs" display="block" onClick={onClose}>
            Back to the settings
          </Button>
        </Note>
      )}
    </Stack>
  );
}

function Outcome({ onClose }: { onClose(): void }) {
  const client = useClient();
  const { data } = useQuery({ queryKey: ['settings', 'view'], queryFn: () => client.settings.show(), staleTime: 0 });
  if (data === undefined) return <Loading what="the settings" />;
  return (
    <Stack gap="sm">
      {data.problem === null ? (
        <Note tone="good" title="It runs with the new settings" />
      ) : (
        <Note tone="bad" title="It runs with the old settings">
          {data.problem}
        </Note>
      )}
      <Done onClose={onClose} />
    </Stack>
  );
}

/** Takes the focus, since what had it is gone with the waiting. */
function Done({ onClose }: { onClose(): void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <Group justify="flex-end">
      <Button ref={button} variant="filled" onClick={onClose}>
        Done
      </Button>
    </Group>
  );
}

/** Another port is another site to a browser, and a session does not go along. */
function Moved({ port }: { readonly port: number }) {
  return (
    <Stack gap="sm">
      <Text size="sm">
        The screens are at port {port} now, and this page cannot follow them. Type this where Groat runs and open the
        link that it prints:
      </Text>
      <CopyLine text="groat ui" label="the command" />
    </Stack>
  );
}
