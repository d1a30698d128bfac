import { Button, Group, Select, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useClient } from '../../rpc/host.ts';
import { type FilterForm, noFilter, type StateGroup, stateGroups } from './filter.ts';

export function FilterBar({ form, onChange }: { readonly form: FilterForm; onChange(form: FilterForm): void }) {
  const client = useClient();
  const { data: agents } = useQuery({ queryKey: ['rules', 'agents'], queryFn: () => client.agents.list() });
  const set = (change: Partial<FilterForm>): void => onChange({ ...form, ...change });
  return (
    <Group gap="sm" align="flex-end" component="search">
      <TextInput
        label="Search"
        placeholder="Address, payee or payment"
        leftSection={<IconSearch size={16} />}
        value={form.text}
        onChange={(event) => set({ text: event.currentTarget.value })}
        style={{ flex: '2 1 200px' }}
      />
      <Select
        label="Agent"
        placeholder="All"
        clearable
        searchable
        data={(agents ?? []).map(({ agent }) => agent)}
        value={form.agent}
        onChange={(agent) => set({ agent })}
        style={{ flex: '1 1 130px' }}
      />
      <Select
        label="Outcome"
        placeholder="All"
        clearable
        data={Object.entries(stateGroups).map(([value, { label }]) => ({ value, label }))}
        value={form.state}
        onChange={(state) => set({ state: state as StateGroup | null })}
        style={{ flex: '1 1 130px' }}
      />
      <TextInput
        label="From"
        type="date"
        value={form.from}
        max={form.until || undefined}
        onChange={(event) => set({ from: event.currentTarget.value })}
      />
      <TextInput
        label="Until"
        type="date"
        value={form.until}
        min={form.from || undefined}
        onChange={(event) => set({ until: event.currentTarget.value })}
      />
      <Button onClick={() => onChange(noFilter)} disabled={form === noFilter}>
        Clear
      </Button>
    </Group>
  );
}
