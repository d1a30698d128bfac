import { ActionIcon, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { dollars, typedDollars } from '../../ui/money.ts';
import { eachCall, type PackageRow, packageProblems, packagesOf } from './package-rows.ts';

let made = 0;
const newRow = (): PackageRow => {
  made += 1;
  return { key: `new${made}`, id: null, name: '', calls: '', days: '30', price: '' };
};

/** The packages that a shop sells: the usual ones, or its own. */
export function PackageFields({
  rows,
  single,
  onChange,
}: {
  readonly rows: readonly PackageRow[] | null;
  /** As it is typed. */
  readonly single: string;
  onChange(rows: readonly PackageRow[] | null): void;
}) {
  if (rows === null)
    return (
      <Stack gap="xs">
        <Text size="sm">
          Five usual ones: 100 calls for $1.50 and 3 days, up to 10,000 calls for $60 and two years. Buyers of every
          kind know them.
        </Text>
        <Group>
          <Button size="xs" onClick={() => onChange([newRow()])}>
            Make my own instead
          </Button>
        </Group>
      </Stack>
    );
  const change = (key: string, part: Partial<PackageRow>): void =>
    onChange(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  return (
    <Stack gap="sm" role="group" aria-label="Packages">
      {rows.map((row, at) => (
        <Row
          key={row.key}
          row={row}
          number={at + 1}
          single={typedDollars(single)}
          onChange={(part) => change(row.key, part)}
          onRemove={() => onChange(rows.filter(({ key }) => key !== row.key))}
        />
      ))}
      {rows.length === 0 && (
        <Text size="sm" c="var(--bad)" role="alert">
          Add a package, or switch packages off.
        </Text>
      )}
      <Group>
        <Button size="xs" leftSection={<IconPlus size={14} />} onClick={() => onChange([...rows, newRow()])}>
          Add a package
        </Button>
        <Button size="xs" onClick={() => onChange(null)}>
          Undo
        </Button>
      </Group>
    </Stack>
  );
}

function Row({
  row,
  number,
  single,
  onChange,
  onRemove,
}: {
  readonly row: PackageRow;
  readonly number: number;
  readonly single: string | null;
  onChange(part: Partial<PackageRow>): void;
  onRemove(): void;
}) {
  const problems = packageProblems(row);
  const [made] = packagesOf([row]) ?? [];
  const each = made === undefined ? null : eachCall(made, single);
  const field = (name: 'name' | 'calls' | 'days' | 'price', label: string, width: string) => (
    <TextInput
      label={label}
      autoComplete="off"
      inputMode={name === 'name' ? 'text' : name === 'price' ? 'decimal' : 'numeric'}
      leftSection={name === 'price' ? '$' : undefined}
      value={row[name]}
      onChange={(event) => onChange({ [name]: event.currentTarget.value })}
      error={row[name] === '' ? null : problems[name]}
      style={{ flex: width }}
    />
  );
  return (
    <div>
      <Group gap="xs" align="flex-start" role="group" aria-label={`Package ${number}`}>
        {field('name', 'Name', '2 1 120px')}
        {field('calls', 'Calls', '1 1 70px')}
        {field('days', 'Days', '1 1 60px')}
        {field('price', 'Price', '1 1 80px')}
        <ActionIcon variant="default" size="lg" mt={25} onClick={onRemove} aria-label={`Take package ${number} away`}>
          <IconTrash size={16} />
        </ActionIcon>
      </Group>
      {each !== null && (
        <Text size="xs" c={each.cheaper === false ? 'var(--warn)' : 'dimmed'} mt={4}>
          {dollars(each.price)} a call
          {each.cheaper === false && ': not less than a single request, so nobody saves by it'}
        </Text>
      )}
    </div>
  );
}
