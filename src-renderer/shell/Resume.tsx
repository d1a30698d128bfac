import { Button, Text } from '@mantine/core';
import { Link } from 'wouter';
import { useAct, useLive } from '../rpc/host.ts';
import { Page, ProblemNote, Section } from '../ui/Panels.tsx';

/** Where the tray's "Resume" leads when the owner must say so in person. */
export function Resume() {
  const paused = useLive(({ status }) => status?.paused.all ?? false);
  const { run, busy, problem } = useAct((_: null, client, asOwner) =>
    asOwner('let your agents pay again', (context) => client.desk.resume({}, { context })),
  );
  return (
    <Page title="Resume payments">
      <Section title={paused ? 'Everything is paused' : 'Your agents may pay'}>
        {paused ? (
          <>
            <Text mb="md">From then on every agent may pay again, within its limits.</Text>
            <Button variant="filled" loading={busy} onClick={() => run(null)}>
              Let them pay again
            </Button>
            <ProblemNote problem={problem} />
          </>
        ) : (
          <Text>
            Nothing is paused. <Link href="/">To the overview</Link>
          </Text>
        )}
      </Section>
    </Page>
  );
}
