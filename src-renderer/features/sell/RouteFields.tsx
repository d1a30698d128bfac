import { ActionIcon, Button, Checkbox, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { methods, type RouteRow, repeated, rowProblems } from './route-rows.ts';

let made = 0;
const newRow = (): RouteRow => {
  made += 1;
  return { key: `new${made}`, method: '*', path: '', price: '', free: false };
};

/** Requests with a price of their own. */
export function RouteFields({
  rows,
  onChange,
}: {
  readonly rows: readonly RouteRow[];
  onChange(rows: readonly RouteRow[]): void;
}) {
  const twice = repeated(rows);
  const change = (key: string, part: Partial<RouteRow>): void =>
    onChange(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  return (
    <Stack gap="xs" role="group" aria-label="Prices of their own">
      <div>
        <Text size="sm" fw={500}>
          Prices of their own
        </Text>
        <Text size="xs" c="dimmed">
          For some requests, by method and path. A * stands for anything; the most exact one counts, and all others cost
          the price above.
        </Text>
      </div>
      {rows.map((row, at) => (
        <Row
          key={row.key}
          row={row}
          number={at + 1}
          twice={twice.has(row.key)}
          onChange={(part) => change(row.key, part)}
          onRemove={() => onChange(rows.filter(({ key }) => key !== row.key))}
        />
      ))}
      <Group>
        <Button size="xs" leftSection={<IconPlus size={14} />} onClick={() => onChange([...rows, newRow()])}>
          Add a price
        </Button>
      </Group>
    </Stack>
  );
}

function Row({
  row,
  number,
  twice,
  onChange,
  onRemove,
}: {
  readonly row: RouteRow;
  readonly number: number;
  readonly twice: boolean;
  onChange(part: Partial<RouteRow>): void;
  onRemove(): void;
}) {
  const problems = rowProblems(row);
  return (
    <Group gap="xs" align="flex-start" role="group" aria-label={`Price ${number}`}>
      <NativeSelect
        aria-label="Method"
        data={methods.map((method) => ({ value: method, label: method === '*' ? 'Every method' : method }))}
        value={row.method}
        onChange={(event) => onChange({ method: event.currentTarget.value })}
        w={140}
      />
      <TextInput
        aria-label="Path"
        placeholder="/v1/*"
        autoComplete="off"
        spellCheck={false}
        value={row.path}
        onChange={(event) => onChange({ path: event.currentTarget.value })}
        error={row.path === '' ? null : (problems.path ?? (twice ? 'Stands above already' : null))}
        style={{ flex: '2 1 150px' }}
      />
      <TextInput
        aria-label="Price"
        leftSection="$"
        placeholder={row.free ? 'free' : '0.002'}
        inputMode="decimal"
        autoComplete="off"
        disabled={row.free}
        value={row.free ? '' : row.price}
        onChange={(event) => onChange({ price: event.currentTarget.value })}
        error={row.price === '' ? null : problems.price}
        style={{ flex: '1 1 90px' }}
      />
      <Checkbox
        label="Free"
        mt={8}
        checked={row.free}
        onChange={(event) => onChange({ free: event.currentTarget.checked })}
      />
      <ActionIcon variant="default" size="lg" onClick={onRemove} aria-label={`Take price ${number} away`}>
        <IconTrash size={16} />
      </ActionIcon>
    </Group>
  );
}
