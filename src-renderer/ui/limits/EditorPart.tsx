import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** A few fields that belong together, with what they are about. */
export function EditorPart({
  title,
  about,
  children,
}: {
  readonly title: string;
  readonly about: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <Stack gap="sm" role="group" aria-label={title}>
      <div>
        <Title order={3} size="h5">
          {title}
        </Title>
        <Text size="sm" c="dimmed">
          {about}
        </Text>
      </div>
      {children}
    </Stack>
  );
}
