import { Button, Popover, Text, Tooltip } from '@mantine/core';
import { IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react';
import { useAct, useLive } from '../rpc/host.ts';
import { ProblemNote } from '../ui/Panels.tsx';

/** Stops every agent's payments at once, without a question; going on is the owner's. */
export function PauseButton() {
  const paused = useLive(({ status }) => status?.paused.all ?? false);
  const pause = useAct((_: null, client) => client.desk.pause());
  const resume = useAct((_: null, client, asOwner) =>
    asOwner('let your agents pay again', (context) => client.desk.resume({}, { context })),
  );
  const { run, busy, problem, clear } = paused ? resume : pause;
  return (
    <Popover opened={problem !== null} onClose={clear} width={300} position="bottom-end">
      <Popover.Target>
        <Tooltip label={paused ? 'Let your agents pay again' : 'No agent pays anything until you resume'}>
          <Button
            size="md"
            variant={paused ? 'filled' : 'outline'}
            color={paused ? 'coin' : 'var(--bad)'}
            leftSection={paused ? <IconPlayerPlayFilled size={16} /> : <IconPlayerPauseFilled size={16} />}
            loading={busy}
            onClick={() => run(null)}
          >
            {paused ? 'Resume' : 'Pause'}
            <Text span inherit visibleFrom="md">
              &nbsp;{paused ? 'payments' : 'everything'}
            </Text>
          </Button>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <ProblemNote problem={problem} />
      </Popover.Dropdown>
    </Popover>
  );
}
