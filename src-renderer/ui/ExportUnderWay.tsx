import { Button, Group, Text } from '@mantine/core';

/** In the place of the button that began it: how far a file is, and the way to let it be. */
export function ExportUnderWay({ size, stop }: { readonly size: number; stop(): void }) {
  return (
    <Group gap="xs" wrap="nowrap">
      <Text size="sm" c="dimmed" role="status">
        Exporting{size > 0 && `, ${Math.ceil(size / 1024).toLocaleString()} kB so far`} …
      </Text>
      <Button onClick={stop}>Stop</Button>
    </Group>
  );
}
