import { Box, Button, Paper, Text } from '@mantine/core';
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
    <Box pos="relative">
      <Button
        size="md"
        variant={paused ? 'filled' : 'outline'}
        color={paused ? 'coin' : 'var(--bad)'}
        leftSection={paused ? <IconPlayerPlayFilled size={16} /> : <IconPlayerPauseFilled size={16} />}
        title={paused ? 'Let your agents pay again' : 'No agent pays anything until you resume'}
        loading={busy}
        onClick={() => run(null)}
      >
        {paused ? 'Resume' : 'Pause'}
        <Text span inherit visibleFrom="md">
          &nbsp;{paused ? 'payments' : 'everything'}
        </Text>
      </Button>
      {problem !== null && (
        <Paper pos="absolute" top="110%" right={0} w={300} shadow="md" style={{ zIndex: 200 }}>
          <ProblemNote problem={problem} />
          <Button size="xs" fullWidth onClick={clear}>
            Close
          </Button>
        </Paper>
      )}
    </Box>
  );
}
