import { Button, Group } from '@mantine/core';
import { Link } from 'wouter';
import { useAct, useLive } from '../rpc/host.ts';
import { Note, ProblemNote } from '../ui/Panels.tsx';

/** What the owner must know wherever they are, the worst first. */
export function Banners() {
  const link = useLive((live) => live.link);
  const problem = useLive(({ status }) => status?.problem ?? null);
  const paused = useLive(({ status }) => status?.paused.all ?? false);
  const aboveCeiling = useLive(({ status }) => status?.aboveCeiling ?? false);
  return (
    <>
      {link === 'lost' && (
        <Note tone="bad" title="Groat does not answer">
          What you see may be old. This page goes on by itself as soon as Groat is back.
        </Note>
      )}
      {problem !== null && <Suspect why={problem} />}
      {paused && (
        <Note tone="warn" title="Everything is paused">
          No agent pays anything. Requests that cost nothing still pass.
        </Note>
      )}
      {aboveCeiling && (
        <Note tone="warn" title="The wallet holds more than you wanted">
          A wallet that programs can use should stay small. Move some of it away, or raise the mark under{' '}
          <Link href="/settings">Settings</Link>.
        </Note>
      )}
    </>
  );
}

/** Spending stands still because the books are not what Groat left behind: only the owner can say that they are right. */
function Suspect({ why }: { readonly why: string }) {
  const accept = useAct((_: null, client, asOwner) =>
    asOwner('accept the books as they are', (context) => client.desk.resume({ acceptBooks: true }, { context })),
  );
  return (
    <Note tone="bad" title="Nothing is paid until you have looked">
      {why}. Look at the log first. If you know what happened, accept the books as they are.
      <ProblemNote problem={accept.problem} />
      <Group gap="xs" mt="xs">
        <Button size="xs" component={Link} href="/log">
          Look at the log
        </Button>
        <Button size="xs" color="var(--bad)" variant="outline" loading={accept.busy} onClick={() => accept.run(null)}>
          I have looked: go on
        </Button>
      </Group>
    </Note>
  );
}
