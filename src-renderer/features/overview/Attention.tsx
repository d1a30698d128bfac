import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import { useLive } from '../../rpc/host.ts';
import { Inert } from '../../ui/Inert.tsx';
import { dollars } from '../../ui/money.ts';
import { Section } from '../../ui/Panels.tsx';
import { Tone } from '../../ui/Tone.tsx';
import { When } from '../../ui/When.tsx';
import { reasonWords, shortUrl } from '../../ui/words.ts';
import { stoppedWords } from './stopped.ts';

const shownAtOnce = 3;

/** What needs the owner; nothing at all in good times. */
export function Attention() {
  const waiting = useLive((live) => live.waiting);
  const stopped = useLive(({ status }) => status?.breakers);
  const unknown = useLive(({ status }) => status?.unknown ?? 0);
  if (waiting.length === 0 && (stopped ?? []).length === 0 && unknown === 0) return null;
  return (
    <Section title="Needs you">
      <Stack gap="sm">
        {waiting.slice(0, shownAtOnce).map(({ id, agent, url, amount, reason, expiresAt }) => (
          <Group key={id} justify="space-between" gap="sm">
            <Text size="sm" component="div" style={{ flex: '1 1 260px', minWidth: 0 }}>
              <strong>{agent}</strong> wants to pay <strong>{dollars(amount)}</strong> for{' '}
              <Inert text={shortUrl(url)} most={60} />
              <Text size="sm" c="dimmed">
                It waits because: {reasonWords[reason]}. Over <When at={expiresAt} />.
              </Text>
            </Text>
            <Button component={Link} href={`/approvals/${id}`} size="xs" variant="filled">
              Look at it
            </Button>
          </Group>
        ))}
        {waiting.length > shownAtOnce && (
          <Anchor component={Link} href="/approvals" size="sm">
            All {waiting.length} that wait
          </Anchor>
        )}
        {stopped?.map(({ scope, state }) => (
          <Group key={scope} gap="xs">
            <Tone tone={state === 'open' ? 'bad' : 'warn'}>{state === 'open' ? 'Stopped' : 'Trying again'}</Tone>
            <Text size="sm">{stoppedWords(scope)}</Text>
          </Group>
        ))}
        {unknown > 0 && (
          <Group gap="xs">
            <Tone tone="warn">Not known yet</Tone>
            <Text size="sm">
              The fate of {unknown === 1 ? 'one payment' : `${unknown} payments`} is not known; the money counts as
              spent.{' '}
              <Anchor component={Link} href="/payments" size="sm" underline="always">
                See them
              </Anchor>
            </Text>
          </Group>
        )}
      </Stack>
    </Section>
  );
}
