import { Stack, Text } from '@mantine/core';
import { CopyLine } from '../../ui/CopyLine.tsx';
import { environmentLine } from '../../ui/environment.ts';
import { Note } from '../../ui/Panels.tsx';

/** A credential, the only time that it can be seen. */
export function Credential({ agent, proxyUrl }: { readonly agent: string; readonly proxyUrl: string }) {
  return (
    <Stack gap="sm">
      <Note tone="warn" title="Copy it now: it is not shown again">
        Whoever has it can spend within the limits of {agent}. If it is lost, make a new one on the agent’s screen.
      </Note>
      <Text size="sm">Type this where the agent runs, before it starts:</Text>
      <CopyLine text={environmentLine(proxyUrl)} label="Environment line" />
      <Text size="sm">Or, for a program that has a setting for its proxy:</Text>
      <CopyLine text={proxyUrl} label="Proxy URL" />
    </Stack>
  );
}
