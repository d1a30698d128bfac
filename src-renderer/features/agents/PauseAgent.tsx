import { Button, Popover } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useAct } from '../../rpc/host.ts';
import { ProblemNote } from '../../ui/Panels.tsx';

/** Stops one agent at once; letting it go on is the owner's. */
export function PauseAgent({
  agent,
  paused,
  size = 'sm',
}: {
  readonly agent: string;
  readonly paused: boolean;
  readonly size?: 'xs' | 'sm';
}) {
  const pause = useAct((_: null, client) => client.agents.pause({ agent }));
  const resume = useAct((_: null, client, asOwner) =>
    asOwner(`let ${agent} pay again`, (context) => client.agents.resume({ agent }, { context })),
  );
  const { run, busy, problem, clear } = paused ? resume : pause;
  return (
    <Popover opened={problem !== null} onClose={clear} width={300} position="bottom-end">
      <Popover.Target>
        <Button
          size={size}
          loading={busy}
          onClick={() => run(null)}
          leftSection={paused ? <IconPlayerPlay size={14} /> : <IconPlayerPause size={14} />}
          aria-label={`${paused ? 'Resume' : 'Pause'} ${agent}`}
        >
          {paused ? 'Resume' : 'Pause'}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <ProblemNote problem={problem} />
      </Popover.Dropdown>
    </Popover>
  );
}
