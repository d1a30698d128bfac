import { Button, Code, Menu, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { type FileExport, useFileExport } from '../../rpc/file-export.ts';
import { ExportUnderWay } from '../../ui/ExportUnderWay.tsx';
import { ProblemNote } from '../../ui/Panels.tsx';

const file = (format: 'jsonl' | 'csv', type: string): FileExport => ({
  action: 'export the log',
  name: 'log',
  extension: format,
  type,
  open: async (client, call) => joined(await client.log.export({ format }, call)),
});
async function* joined(slices: AsyncIterable<readonly string[]>): AsyncGenerator<string> {
  for await (const lines of slices) yield lines.join('');
}
const withProof = file('jsonl', 'application/jsonl');
const asTable = file('csv', 'text/csv');

/** The whole log as a file that `groat log verify FILE` checks without Groat. */
export function ExportLog() {
  const { start, stop, busy, size, problem } = useFileExport();
  if (busy) return <ExportUnderWay size={size} stop={stop} />;
  return (
    <>
      <Menu position="bottom-end" width={300}>
        <Menu.Target>
          <Button leftSection={<IconDownload size={16} />}>Export</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => start(withProof)}>With its proof (JSON lines)</Menu.Item>
          <Menu.Item onClick={() => start(asTable)}>As a table (CSV)</Menu.Item>
          <Menu.Label>
            <Text size="xs">
              Anybody can check the file offline: <Code>groat log verify FILE</Code>
            </Text>
          </Menu.Label>
        </Menu.Dropdown>
      </Menu>
      <ProblemNote problem={problem} />
    </>
  );
}
