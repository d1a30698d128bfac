import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { OrderFilter } from '../../../src-shared/contract/index.ts';
import { type FileExport, useFileExport } from '../../rpc/file-export.ts';
import { ExportUnderWay } from '../../ui/ExportUnderWay.tsx';
import { ProblemNote } from '../../ui/Panels.tsx';

const file = (filter: OrderFilter, format: 'csv' | 'json', type: string): FileExport => ({
  action: 'export your payments',
  name: 'payments',
  extension: format,
  type,
  open: (client, call) => client.orders.export({ ...filter, format }, call),
});

/** Writes what the filter finds to a file. */
export function ExportMenu({ filter }: { readonly filter: OrderFilter }) {
  const { start, stop, busy, size, problem } = useFileExport();
  if (busy) return <ExportUnderWay size={size} stop={stop} />;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button leftSection={<IconDownload size={16} />}>Export</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Everything that the filter finds</Menu.Label>
          <Menu.Item onClick={() => start(file(filter, 'csv', 'text/csv'))}>As a table (CSV)</Menu.Item>
          <Menu.Item onClick={() => start(file(filter, 'json', 'application/json'))}>As data (JSON)</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ProblemNote problem={problem} />
    </>
  );
}
