import { Card, Center, Image, Stack, Text, Title } from '@mantine/core';
import { CopyLine } from '../ui/CopyLine.tsx';

const reasons = {
  none: 'This page shows what your agents spend, so it opens only for you.',
  'old-link': 'That link was used already, or it is older than a minute.',
  ended: 'This session is over: Groat was restarted, or nobody used it for a long time.',
} as const;

/** Nothing is shown without a session, and a session begins on the owner's own terminal. */
export function SignIn({ reason }: { readonly reason: keyof typeof reasons }) {
  return (
    <Center mih="100vh" p="md" component="main">
      <Card maw={460} w="100%">
        <Stack gap="sm">
          <Image src="./icon.svg" alt="" w={48} h={48} />
          <Title order={1}>Open Groat from your terminal</Title>
          <Text>{reasons[reason]}</Text>
          <Text c="dimmed" size="sm">
            Type this where Groat runs. It prints a link that works once, for one minute.
          </Text>
          <CopyLine text="groat ui" label="the command" />
          <Text c="dimmed" size="sm">
            From a checkout: npm run --silent groat -- ui
          </Text>
        </Stack>
      </Card>
    </Center>
  );
}
