import { Button, Group, List, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { LooseSettings } from '../../src-shared/contract/index.ts';
import { useAct, useLive } from '../rpc/host.ts';
import { Inert } from '../ui/Inert.tsx';
import { Note, ProblemNote } from '../ui/Panels.tsx';
import { unownedNetwork } from './unowned.ts';

/** What the owner must know wherever they are, the worst first. */
export function Banners() {
  const link = useLive((live) => live.link);
  const problem = useLive(({ status }) => status?.problem ?? null);
  const unaccepted = useLive(({ status }) => status?.unaccepted ?? null);
  const unowned = useLive(({ status }) => unownedNetwork(status));
  const paused = useLive(({ status }) => status?.paused.all ?? false);
  const aboveCeiling = useLive(({ status }) => status?.aboveCeiling ?? false);
  return (
    <>
      {link === 'lost' && (
        <Note tone="bad" title="Groat does not answer">
          What you see may be old. This page goes on by itself as soon as Groat is back.
        </Note>
      )}
      {problem !== null && <Suspect why={problem} unaccepted={unaccepted} />}
      {unowned !== null && <Unowned network={unowned} />}
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

/** Whoever sets the first PIN is the owner: where something can be lost, that must be the person and not a program. */
function Unowned({ network }: { readonly network: 'devnet' | 'mainnet' }) {
  return (
    <Note
      tone="warn"
      title={network === 'mainnet' ? 'There is no PIN yet, so nothing is paid' : 'There is no PIN on this network yet'}
    >
      Each network has a PIN of its own, and whoever sets the first one decides. Set it under{' '}
      <Link href="/settings">Settings</Link> before you put money here.
    </Note>
  );
}

/** Spending stands still because the books are not what Groat left behind: only the owner can say that they are right. */
function Suspect({ why, unaccepted }: { readonly why: string; readonly unaccepted: LooseSettings | null }) {
  // What is sent is what stands here: Groat refuses it when other settings are in force by then.
  const accept = useAct((seen: LooseSettings | null, client, asOwner) =>
    asOwner(
      seen === null ? 'accept the books as they are' : 'accept the books, and the settings you were shown, as they are',
      (context) => client.desk.resume({ acceptBooks: true, ...(seen === null ? {} : { accept: seen }) }, { context }),
    ),
  );
  return (
    <Note tone="bad" title="Nothing is paid until you have looked">
      {why}. Look at the log first. If you know what happened, accept the books as they are.
      {unaccepted !== null && (
        <>
          <Text size="sm" mt="xs">
            You would also accept settings that are not those you accepted before.
          </Text>
          <Accepting
            title="Groat believes what these servers say about the chain:"
            items={unaccepted.rpcUrls}
            none="The network’s own server."
          />
          <Accepting
            title="These sellers may be paid, though anybody on the way can change what they ask for:"
            items={unaccepted.httpOrigins}
            none="None beyond this machine."
          />
        </>
      )}
      <ProblemNote problem={accept.problem} />
      <Group gap="xs" mt="xs">
        <Button size="xs" component={Link} href="/log">
          Look at the log
        </Button>
        <Button
          size="xs"
          color="var(--bad)"
          variant="outline"
          loading={accept.busy}
          onClick={() => accept.run(unaccepted)}
        >
          I have looked: go on
        </Button>
      </Group>
    </Note>
  );
}

function Accepting({
  title,
  items,
  none,
}: {
  readonly title: string;
  readonly items: readonly string[];
  readonly none: string;
}) {
  return (
    <div>
      <Text size="sm" fw={600} mt="xs">
        {title}
      </Text>
      {items.length === 0 ? (
        <Text size="sm">{none}</Text>
      ) : (
        <List size="sm">
          {items.map((item, at) => {
            // One may be named twice, and the list is drawn anew as a whole.
            const key = `${at}`;
            return (
              <List.Item key={key}>
                <Inert text={item} most={120} mono />
              </List.Item>
            );
          })}
        </List>
      )}
    </div>
  );
}
